<?php

const TOLERANCE_SECONDS = 300;

// Whether a webhook is genuine and fresh. $body is the raw body, byte for byte.
function verify(string $body, string $timestamp, string $signature, string $secret): bool
{
    if (!ctype_digit($timestamp) || abs(time() - (int) $timestamp) > TOLERANCE_SECONDS) {
        return false;
    }
    return hash_equals(hash_hmac('sha256', "$timestamp.$body", $secret), $signature);
}

// Here the body comes on standard input (in a server it is php://input), and the
// headers X-Waypay-Timestamp and X-Waypay-Signature in variables.
$body = file_get_contents('php://stdin');
if (!verify($body, (string) getenv('TIMESTAMP'), (string) getenv('SIGNATURE'), getenv('WAYPAY_SECRET_KEY'))) {
    fwrite(STDERR, "refused\n");
    exit(1);
}
echo "accepted\n";
