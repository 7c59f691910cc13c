<?php

declare(strict_types=1);

// What the plugin does inside a real WordPress: php -d ffi.enable=1 real.php FOLDER_OF_WORDPRESS
// The plugin lies among its plugins. Everything that this makes is gone afterwards, with tables and settings.

namespace Hookwright\WordPress\Tests;

$_SERVER += ['HTTP_HOST' => 'localhost', 'REQUEST_URI' => '/', 'REQUEST_METHOD' => 'GET', 'SERVER_PROTOCOL' => 'HTTP/1.1'];
require __DIR__ . '/stubs/terminal.php';
chdir($argv[1]);
require "{$argv[1]}/wp-load.php";
require_once ABSPATH . 'wp-admin/includes/admin.php';

const PLUGIN = 'hookwright/hookwright.php';

// There is no browser that a cookie could go to.
add_filter('send_auth_cookies', '__return_false');

require __DIR__ . '/real/ground.php';

// In this order: each goes on where the one before has ended.
$tests = [...require __DIR__ . '/real/events.php', ...require __DIR__ . '/real/surroundings.php', ...require __DIR__ . '/real/owner.php'];
$receiver = new Receiver();
$failed = 0;
foreach ($tests as $name => $test) {
    try {
        $test($receiver);
        echo "ok      {$name}\n";
    } catch (\Throwable $thrown) {
        $failed++;
        echo "FAILED  {$name}\n{$thrown}\n";
    }
}
$receiver->end();
echo "{$failed} failed\n";
exit($failed === 0 ? 0 : 1);
