<?php

declare(strict_types=1);

namespace Hookwright\Tests;

use Hookwright\Exception\NotAvailable;
use Hookwright\Hookwright;
use Hookwright\Options;

const OPEN = <<<'PHP'
    try {
        $hookwright = Hookwright\Hookwright::open("sqlite:$folder/hooks.db", new Hookwright\Options(config: $config));
        $hookwright->lifecycle->migrate();
        echo $hookwright->publish('order.created', ['id' => 1])->eventId;
    } catch (Hookwright\Exception\NotAvailable $error) {
        echo $error->getMessage();
    }
    PHP;

/** Looks for `$start` at the begin of `$seen`. */
function begins(string $start, string $seen): void
{
    holds(str_starts_with($seen, $start), "`{$seen}` begins with `{$start}`");
}

test('where PHP allows no FFI, the message says what to do', function (Ground $ground): void {
    [, $out] = $ground->php(OPEN, ['-d', 'ffi.enable=0']);
    begins('PHP does not allow FFI in this process. Set ffi.enable=1', $out);
    [, $out] = $ground->php(OPEN, ['-n']);
    begins('PHP has no FFI here: install the extension ffi', $out);
});

test('a library that is missing, or is none, or of another version, is named', function (Ground $ground): void {
    $open = static fn (string $library) => $ground->php(
        "putenv('PHP_HOOKWRIGHT_LIBRARY={$library}');" . OPEN,
    )[1];
    begins('The library of Hookwright is not there: /nowhere/lib.so.', $open('/nowhere/lib.so'));
    file_put_contents("{$ground->folder}/none.so", 'no library');
    begins("{$ground->folder}/none.so cannot be used: ", $open("{$ground->folder}/none.so"));

    $functions = ['open', 'open_bytes', 'call', 'answer', 'free', 'close', 'unwound'];
    $source = "const char *hookwright_version(void) { return \"9.9.9\"; }\n"
        . implode("\n", array_map(static fn ($name) => "void hookwright_{$name}(void) {}", $functions));
    file_put_contents("{$ground->folder}/other.c", $source);
    [$code, , $error] = $ground->ran(['cc', '-shared', '-fPIC', '-o', "{$ground->folder}/other.so", "{$ground->folder}/other.c"]);
    same(0, $code, $error);
    begins('The library of Hookwright has version 9.9.9, this package needs 0.1.0', $open("{$ground->folder}/other.so"));

    file_put_contents("{$ground->folder}/none.wasm", 'no component');
    $error = throws(NotAvailable::class, fn () => Hookwright::open($ground->dsn(), new Options(component: "{$ground->folder}/none.wasm")));
    holds(str_contains($error->getMessage(), 'expected the core component'), $error->getMessage());
});

test('php-fpm: without a setting the message says what to do, with ffi.enable=1 it works', function (Ground $ground): void {
    file_put_contents("{$ground->folder}/publish.php", $ground->script(OPEN));
    $fpm = new Fpm($ground, ['ffi.enable=preload']);
    begins('PHP does not allow FFI in this process.', $fpm->request("{$ground->folder}/publish.php"));
    $ground->stop();
    $fpm = new Fpm($ground, ['ffi.enable=1']);
    $ids = [$fpm->request("{$ground->folder}/publish.php"), $fpm->request("{$ground->folder}/publish.php")];
    begins('evt_', $ids[0]);
    begins('evt_', $ids[1]);
    same(2, count(array_unique($ids)));
});

test('php-fpm: preloaded, it works without ffi.enable=1', function (Ground $ground): void {
    file_put_contents("{$ground->folder}/publish.php", $ground->script(OPEN));
    $fpm = Fpm::preloading($ground, 'preload');
    begins('evt_', $fpm->request("{$ground->folder}/publish.php"));
    begins('evt_', $fpm->request("{$ground->folder}/publish.php"));
});

test('php-fpm: a worker whose request exited inside a callback serves the next one', function (Ground $ground): void {
    file_put_contents("{$ground->folder}/publish.php", $ground->script(OPEN));
    file_put_contents("{$ground->folder}/exit.php", $ground->script(<<<'PHP'
        $extensions = (new Hookwright\Extensions())->onFilterData(function () { exit('gone'); });
        $options = new Hookwright\Options(config: $config, extensions: $extensions);
        Hookwright\Hookwright::open("sqlite:$folder/hooks.db", $options)->publish('order.created', ['id' => 1]);
        PHP));
    $fpm = new Fpm($ground, ['ffi.enable=1']);
    begins('evt_', $fpm->request("{$ground->folder}/publish.php"));
    $fpm->request("{$ground->folder}/exit.php");
    for ($again = 0; $again < 3; $again++) {
        begins('evt_', $fpm->request("{$ground->folder}/publish.php"));
    }
    holds(!str_contains((string) file_get_contents("{$ground->folder}/fpm.log"), 'exited on signal'), 'no worker crashed');
});

test('PHP\'s built-in server publishes', function (Ground $ground): void {
    file_put_contents("{$ground->folder}/publish.php", $ground->script(OPEN));
    $free = stream_socket_server('tcp://127.0.0.1:0');
    $address = stream_socket_get_name($free, false);
    fclose($free);
    $ground->start(['sh', '-c', 'echo started; exec "$@" 2>/dev/null', 'sh', PHP_BINARY, '-d', 'ffi.enable=1', '-S', $address, '-t', $ground->folder]);
    eventually('the server starts', fn () => @file_get_contents("http://{$address}/none") !== false || isset($http_response_header));
    begins('evt_', (string) file_get_contents("http://{$address}/publish.php"));
});

test('the worker tells what is wrong with its command line', function (Ground $ground): void {
    $worker = static fn (string ...$arguments) => $ground->ran([PHP_BINARY, dirname(__DIR__) . '/bin/hookwright-worker', ...$arguments]);
    same(2, $worker()[0]);
    same([2, '', "hookwright-worker: there is no argument --wach; --help tells more\n"], $worker('sqlite:x', '--wach'));
    same(2, $worker('sqlite:x', '--concurrency=0')[0]);
    [$code, , $error] = $worker('sqlite:/nowhere/hooks.db');
    same(1, $code);
    holds(str_contains($error, '/nowhere/hooks.db cannot be opened'), $error);
    [$code, , $error] = $worker($ground->dsn(), '--set', 'alow-http=true');
    same(1, $code);
    holds(str_contains($error, 'alow-http'), $error);
    file_put_contents("{$ground->folder}/bootstrap.php", $ground->script('return Hookwright\Hookwright::open("sqlite:$folder/hooks.db");'));
    same([0, "0 requests: 0 delivered, 0 to be tried again, 0 given up\n", ''], $worker('--bootstrap', "{$ground->folder}/bootstrap.php", '--migrate'));
});
