<?php

declare(strict_types=1);

namespace Hookwright\Tests;

use Hookwright\Exception\CoreFailed;
use Hookwright\Exception\NotAvailable;
use Hookwright\Extensions;
use Hookwright\Hookwright;
use Hookwright\Options;

// What a process makes of the library: which it loads, who may call at once, and what it leaves behind.

test('a Fiber that a callback suspends keeps others out until its call returns', function (Ground $ground): void {
    $extensions = (new Extensions())->onFilterData(function (array $data): array {
        if ($data['id'] === 1) {
            \Fiber::suspend();
        }

        return ['seen' => $data['id']] + $data;
    });
    $hookwright = $ground->hookwright(extensions: $extensions);
    $other = $ground->hookwright();
    $first = new \Fiber(fn () => $hookwright->publish('order.created', ['id' => 1]));
    $first->start();
    foreach ([$hookwright, $other] as $one) {
        $error = throws(CoreFailed::class, fn () => $one->publish('order.created', ['id' => 2]));
        same('busy', $error->kind, $error->getMessage());
    }
    $second = new \Fiber(fn () => throws(CoreFailed::class, fn () => $hookwright->publish('order.created', ['id' => 3])));
    $second->start();
    holds($second->isTerminated() && !$first->isTerminated(), 'the second ends, the first waits');
    $first->resume();
    $stored = fn () => (int) (new \PDO($ground->dsn()))->query('SELECT count(*) FROM hookwright_events')->fetchColumn();
    same([true, 1], [str_starts_with($first->getReturn()->eventId, 'evt_'), $stored()]);
    $hookwright->publish('order.created', ['id' => 4]);
    $other->publish('order.created', ['id' => 5]);
    same(3, $stored());
});

test('the library that is asked for is the one that is loaded, and there is one in a process', function (Ground $ground): void {
    $ours = (string) realpath((string) getenv('PHP_HOOKWRIGHT_LIBRARY'));
    symlink($ours, "{$ground->folder}/same.so");
    file_put_contents("{$ground->folder}/none.so", 'no library');
    Hookwright::open($ground->dsn(), new Options(library: "{$ground->folder}/same.so"));
    $error = throws(NotAvailable::class, fn () => Hookwright::open($ground->dsn(), new Options(library: "{$ground->folder}/none.so")));
    same("This process has loaded a library of Hookwright already, {$ours}, and cannot load {$ground->folder}/none.so too.", $error->getMessage());

    // A preloaded header does not stand in for it.
    file_put_contents("{$ground->folder}/publish.php", $ground->script("putenv('PHP_HOOKWRIGHT_LIBRARY={$ground->folder}/none.so');" . OPEN));
    $fpm = Fpm::preloading($ground, '1');
    begins("{$ground->folder}/none.so cannot be used: ", $fpm->request("{$ground->folder}/publish.php"));
});

test('php-fpm: requests that end with a fatal error leave nothing open', function (Ground $ground): void {
    file_put_contents("{$ground->folder}/fatal.php", $ground->script(<<<'PHP'
        preg_match('/VmSize:\s+(\d+)/', file_get_contents('/proc/self/status'), $size);
        file_put_contents("$folder/sizes", "$size[1]\n", FILE_APPEND);
        $hookwright = Hookwright\Hookwright::open("sqlite:$folder/hooks.db", new Hookwright\Options(config: $config));
        $hookwright->lifecycle->migrate();
        $hookwright->publish('order.created', ['id' => 1]);
        str_repeat('x', PHP_INT_MAX >> 8);
        PHP));
    $fpm = new Fpm($ground, ['ffi.enable=1']);
    for ($request = 0; $request < 12; $request++) {
        $fpm->request("{$ground->folder}/fatal.php");
    }
    $sizes = file("{$ground->folder}/sizes", FILE_IGNORE_NEW_LINES);
    same(12, count($sizes));
    holds((int) $sizes[11] - (int) $sizes[3] < 1_000_000, 'kB of address space: ' . implode(' ', $sizes));
});
