<?php
// $body is the request's raw body: file_get_contents('php://input').
function verifyWebhook(string $body, string $header, string $publicKey): array
{
    $parts = [];
    foreach (explode(',', $header) as $part) {
        [$name, $value] = explode('=', trim($part), 2);
        $parts[$name] = $value;
    }
    $age = microtime(true) - $parts['t'] / 1000;
    if ($age > 45 * 60 || $age < -60) {
        throw new Exception('too old');
    }
    $signature = base64_decode($parts['v1'], true);
    if (openssl_verify("{$parts['t']}.$body", $signature, $publicKey, OPENSSL_ALGO_SHA256) !== 1) {
        throw new Exception('not from this server');
    }
    return json_decode($body, true);
}

// Here the body comes on standard input, X-Waffo-Signature in SIGNATURE.
$publicKey = str_replace('\n', "\n", getenv('WAFFO_WEBHOOK_TEST_PUBLIC_KEY'));
$event = verifyWebhook(file_get_contents('php://stdin'), getenv('SIGNATURE'), $publicKey);
echo $event['eventType'], ' ', $event['id'], "\n";
