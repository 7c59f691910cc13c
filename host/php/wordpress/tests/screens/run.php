<?php

declare(strict_types=1);

// Tests of the screens in wp-admin, over HTTP: php host/php/wordpress/tests/screens/run.php URL [USER PASSWORD [part of a name]]
// URL is that of a WordPress on this machine with this plugin active and no webhook yet, where prepare.php has run; USER an
// administrator of it.
// `cargo xtask test` makes one.

namespace Hookwright\WordPress\Tests\Screens;

use Hookwright\WordPress\Tests\Tests;

require __DIR__ . '/browser.php';
require __DIR__ . '/ground.php';
foreach (['settings', 'webhooks', 'form', 'deliveries', 'topics', 'rights', 'import', 'translation'] as $file) {
    require __DIR__ . "/{$file}.php";
}

$ground = new Ground(rtrim($argv[1], '/'), $argv[2] ?? 'admin', $argv[3] ?? 'admin');
$wanted = $argv[4] ?? '';
$failed = 0;
foreach (Tests::$all as $name => $body) {
    if ($wanted !== '' && !str_contains($name, $wanted)) {
        continue;
    }
    $started = microtime(true);
    try {
        $body($ground);
        printf("ok      %5.2f s  %s\n", microtime(true) - $started, $name);
    } catch (\Throwable $thrown) {
        $failed++;
        printf("FAILED  %5.2f s  %s\n%s\n", microtime(true) - $started, $name, $thrown);
    }
}
$ground->end();
printf("%d failed\n", $failed);
exit($failed === 0 ? 0 : 1);
