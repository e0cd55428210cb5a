<?php
// $body is the request's raw body: file_get_contents('php://input').
function verifyWebhook(string $body, string $header,<<if .Stamp>> string $t,<<end>> string $secret): array
{
<<- if .Listed>>
    $t = '';
    $given = []; // there are several v1 while a secret is exchanged for another
    foreach (explode(',', $header) as $part) {
        [$name, $value] = explode('=', trim($part), 2) + ['', ''];
        if ($name === 't') {
            $t = $value;
        } elseif ($name === 'v1') {
            $given[] = $value;
        }
    }
<<- else>>
    $given = [$header];
<<- end>>
<<- if .Stamped>>
    if (!ctype_digit($t) || abs(time() - (int) $t) > 300) {
        throw new Exception('too old');
    }
    $expected = hash_hmac('sha256', "$t.$body", $secret);
<<- else>>
    $expected = hash_hmac('sha256', $body, $secret);
<<- end>>
    foreach ($given as $signature) {
        if (hash_equals($expected, $signature)) {
            return json_decode($body, true);
        }
    }
    throw new Exception('not from this server');
}

// Here the body comes on standard input, <<.Header>> in SIGNATURE
<<- if .Stamp>>,
// <<.Stamp>> in TIMESTAMP<<end>>.
$body = file_get_contents('php://stdin');
print_r(verifyWebhook($body, (string) getenv('SIGNATURE'),<<if .Stamp>> (string) getenv('TIMESTAMP'),<<end>> getenv('<<.Secret>>')));
