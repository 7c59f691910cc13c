<?php

declare(strict_types=1);

// Tests of one request each, and of the bridges, inside a real WordPress:
// php host/php/wordpress/tests/run.php FOLDER [part of a name]
// FOLDER is that of an installed WordPress with this plugin active; its webhooks, and all users but the first, are lost.
// `cargo xtask test` makes one.

namespace Hookwright\WordPress\Tests;

require __DIR__ . '/ground.php';

foreach (glob(__DIR__ . '/*_test.php') ?: [] as $file) {
    require $file;
}

$folder = sys_get_temp_dir() . '/hookwright-bridges-' . bin2hex(random_bytes(6));
mkdir($folder, 0700);
$wanted = $argv[2] ?? '';
$failed = 0;
$ground = new Ground((string) realpath($argv[1]), $folder);
foreach (Tests::$all as $name => $body) {
    if ($wanted !== '' && !str_contains($name, $wanted)) {
        continue;
    }
    $started = microtime(true);
    try {
        $ground->clear();
        $body($ground);
        printf("ok      %5.2f s  %s\n", microtime(true) - $started, $name);
    } catch (\Throwable $thrown) {
        $failed++;
        printf("FAILED  %5.2f s  %s\n%s\n%s\n", microtime(true) - $started, $name, $thrown, $ground->log());
    }
}
unset($ground);
$inside = new \RecursiveDirectoryIterator($folder, \FilesystemIterator::SKIP_DOTS);
foreach (new \RecursiveIteratorIterator($inside, \RecursiveIteratorIterator::CHILD_FIRST) as $file) {
    $file->isDir() ? rmdir($file->getPathname()) : unlink($file->getPathname());
}
rmdir($folder);
printf("%d failed\n", $failed);
exit($failed === 0 ? 0 : 1);
