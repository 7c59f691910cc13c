<?php

declare(strict_types=1);

// Runs code of a test inside WordPress, as one request: php inside.php FOLDER, and on standard input
// {"stubs": […], "code": …, "site": "/path/" on a network}: names of
// files in stubs/, or paths. The last line that it prints is what the code has returned, as JSON.

[, $folder] = $argv;
$given = json_decode((string) stream_get_contents(STDIN), true, 512, JSON_THROW_ON_ERROR);
if (isset($given['site'])) {
    // As the files of a network have it; its tables are there.
    define('MULTISITE', true);
    define('SUBDOMAIN_INSTALL', false);
    define('DOMAIN_CURRENT_SITE', 'localhost');
    define('PATH_CURRENT_SITE', '/');
    define('SITE_ID_CURRENT_SITE', 1);
    define('BLOG_ID_CURRENT_SITE', 1);
    $_SERVER['REQUEST_URI'] = $given['site'];
    $_SERVER['SERVER_NAME'] = 'localhost';
}
putenv('WP_ENVIRONMENT_TYPE=local');
// Nobody but the tests delivers.
define('DISABLE_WP_CRON', true);
$_SERVER += ['HTTP_HOST' => 'localhost', 'REQUEST_URI' => '/', 'REQUEST_METHOD' => 'GET', 'SERVER_PROTOCOL' => 'HTTP/1.1'];
$GLOBALS['wp_filter'] = [
    'muplugins_loaded' => [10 => [['accepted_args' => 0, 'function' => static function () use ($given): void {
        foreach ($given['stubs'] as $stub) {
            require str_contains($stub, '/') ? $stub : __DIR__ . "/stubs/{$stub}.php";
        }
    }]]],
    // Pings are another matter.
    'hookwright_config' => [10 => [['accepted_args' => 1, 'function' => static fn (array $config) => ['ping' => 'false'] + $config]]],
];
chdir($folder);
require "{$folder}/wp-load.php";
if (getenv('HOOKWRIGHT_LOG')) {
    ini_set('error_log', (string) getenv('HOOKWRIGHT_LOG'));
}
require_once ABSPATH . 'wp-admin/includes/user.php';

$run = static fn (string $code): mixed => eval($code);
echo "\n", json_encode($run($given['code']), JSON_THROW_ON_ERROR | JSON_PARTIAL_OUTPUT_ON_ERROR), "\n";
