<?php
$path = <<php .Path>>;
<<- if .MD5>>
$members = <<.PHP>>;

// Sign the members: sorted by name, in lower case, the secret key behind them.
function sign(array $members, string $secret): string
{
    $pairs = [];
    foreach ($members as $name => $value) {
        $key = strtolower($name);
        if ($key === 'signature' || $value === null || $value === '') {
            continue;
        }
        if (is_bool($value)) {
            $pairs[$key] = $value ? 'true' : 'false';
        } elseif ($key === 'orderref' && is_array($value)) { // of objects, this one alone
            $pairs[$key] = json_encode($value, JSON_UNESCAPED_SLASHES);
        } elseif (!is_array($value) && !is_object($value)) {
            $pairs[$key] = (string) $value;
        }
    }
    ksort($pairs, SORT_STRING);
    $base = implode('&', array_map(fn ($key) => "$key=$pairs[$key]", array_keys($pairs)));
    return md5($base . $secret);
}
$members['signature'] = sign($members, getenv('WAYPAY_SECRET_KEY_TEST'));
$body = json_encode($members, JSON_UNESCAPED_SLASHES);
<<- else if .Body>>
$body = json_encode(<<.PHP>>);
<<- end>>
<<- if .RSA>>

// Sign method, path, time and the body's hash. WAFFO_PRIVATE_KEY is PEM.
$privateKey = str_replace('\n', "\n", getenv('WAFFO_PRIVATE_KEY'));
$timestamp = (string) time();
$hash = base64_encode(hash('sha256', $body, true));
openssl_sign("<<.Method>>\n$path\n$timestamp\n$hash", $signature, $privateKey, OPENSSL_ALGO_SHA256);
<<- end>>

$answer = file_get_contents(<<php .URL>> . $path, false, stream_context_create(['http' => [
    'method' => '<<.Method>>',
    'header' => [
<<- if .Body>>
        'Content-Type: application/json',
<<- end>>
<<- range .Headers>>
<<- if .Variable>>
        '<<.Name>>: <<.Prefix>>' . getenv('<<.Variable>>'),
<<- else>>
        '<<.Name>>: <<.Value>>',
<<- end>>
<<- end>>
<<- if .RSA>>
        'X-Timestamp: ' . $timestamp,
        'X-Signature: ' . base64_encode($signature),
<<- end>>
    ],
<<- if .Body>>
    'content' => $body,
<<- end>>
    'ignore_errors' => true, // a refusal has a body too, and it says why
]]));
<<- if .Envelope>>
$answer = json_decode($answer, true);
if (isset($answer['errors'])) {
    throw new Exception($answer['errors'][0]['message']);
}
print_r($answer['data']);
<<- else>>
if (!preg_match('/^HTTP\S+ 2/', $http_response_header[0])) {
    throw new Exception($answer);
}
<<- if .File>>
file_put_contents('<<.File>>', $answer);
<<- else>>
print_r(json_decode($answer, true));
<<- end>>
<<- end>>
