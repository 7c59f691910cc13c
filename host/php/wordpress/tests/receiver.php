<?php

declare(strict_types=1);

// Keeps what it gets, exactly: php -S 127.0.0.1:PORT receiver.php

$headers = [];
foreach ($_SERVER as $name => $value) {
    if (str_starts_with($name, 'HTTP_')) {
        $headers[strtolower(strtr(substr($name, 5), '_', '-'))] = $value;
    }
}
$headers['content-type'] = $_SERVER['CONTENT_TYPE'] ?? '';
$request = ['path' => $_SERVER['REQUEST_URI'], 'headers' => $headers, 'body' => base64_encode((string) file_get_contents('php://input'))];
file_put_contents((string) getenv('HOOKWRIGHT_RECEIVED'), json_encode($request) . "\n", FILE_APPEND | LOCK_EX);
