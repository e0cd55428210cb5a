<?php
$path = '<<.Path>>';
$body = json_encode(<<.PHP>>);
<<- if .Key>>

// Sign method, path, time and the body's hash. WAFFO_PRIVATE_KEY is PEM.
$privateKey = str_replace('\n', "\n", getenv('WAFFO_PRIVATE_KEY'));
$timestamp = (string) time();
$hash = base64_encode(hash('sha256', $body, true));
openssl_sign("<<.Method>>\n$path\n$timestamp\n$hash", $signature, $privateKey, OPENSSL_ALGO_SHA256);
<<- end>>

$answer = file_get_contents(<<php .URL>> . $path, false, stream_context_create(['http' => [
    'method' => '<<.Method>>',
    'header' => [
        'Content-Type: application/json',
<<- if .Key>>
        'X-Merchant-Id: ' . getenv('WAFFO_MERCHANT_ID'),
        'X-Timestamp: ' . $timestamp,
        'X-Signature: ' . base64_encode($signature),
<<- else if .Token>>
        'Authorization: Bearer ' . getenv('SESSION_TOKEN'),
        'X-Environment: test',
<<- else>>
        'X-Store-Slug: ' . getenv('STORE_SLUG'),
        'X-Environment: test',
<<- end>>
    ],
    'content' => $body,
    'ignore_errors' => true, // a refusal has a body too, and it says why
]]));
$answer = json_decode($answer, true);
if (isset($answer['errors'])) {
    throw new Exception($answer['errors'][0]['message']);
}
print_r($answer['data']);
