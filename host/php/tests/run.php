<?php

declare(strict_types=1);

// Runs the tests of this folder: php host/php/tests/run.php [part of a name]
// Needs in the environment:
//   PHP_HOOKWRIGHT_LIBRARY         the C library
//   PHP_HOOKWRIGHT_TEST_CLI        the hookwright command
//   PHP_HOOKWRIGHT_TEST_FPM        php-fpm
//   PHP_HOOKWRIGHT_TEST_VERIFIER   a folder in which Node finds the package standardwebhooks
//   PHP_HOOKWRIGHT_TEST_MYSQL, …_PGSQL   URLs of empty databases; without them those tests are left out
// `cargo xtask test` gives them.

namespace Hookwright\Tests;

require __DIR__ . '/../autoload.php';
require __DIR__ . '/ground.php';
require __DIR__ . '/fpm.php';
require __DIR__ . '/servers.php';

foreach (glob(__DIR__ . '/*_test.php') ?: [] as $file) {
    require $file;
}

$wanted = $argv[1] ?? '';
$failed = [];
foreach (Tests::all() as $name => $body) {
    if ($wanted !== '' && !str_contains($name, $wanted)) {
        continue;
    }
    $started = microtime(true);
    $ground = new Ground();
    try {
        $body($ground);
        printf("ok      %5.2f s  %s\n", microtime(true) - $started, $name);
    } catch (\Throwable $thrown) {
        $failed[] = $name;
        printf("FAILED  %5.2f s  %s\n%s\n", microtime(true) - $started, $name, $thrown);
    } finally {
        $ground->clear();
    }
}
printf("%d failed\n", count($failed));
exit($failed === [] ? 0 : 1);
