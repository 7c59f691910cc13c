<?php

declare(strict_types=1);

namespace Hookwright\Tests;

use Hookwright\Exception\StorageFailed;
use Hookwright\Hookwright;
use Hookwright\Options;
use Hookwright\Storage\MysqliStorage;
use Hookwright\Storage\PdoStorage;

/** All that PHP shows of a value by itself. */
function shown(mixed $value): string
{
    ob_start();
    var_dump($value);
    print_r($value);
    $shown = (string) ob_get_clean();
    holds(strlen($shown) > 100, 'something is shown');

    return $shown;
}

test('no error names the password of a DSN, however it is written', function (): void {
    // Nobody listens there.
    foreach ([
        'pgsql:host=127.0.0.1 port=1 dbname=shop user=u password=geheim',
        "pgsql:host=127.0.0.1;port=1;dbname='shop';PASSWORD = 'ge heim host=geheim'",
        'pgsql:host=127.0.0.1 port=1 dbname=shop password=ge geheim',
        'mysql:host=127.0.0.1;port=1;dbname=shop;user=u;password=geheim host=geheim',
    ] as $dsn) {
        $error = throws(StorageFailed::class, fn () => Hookwright::open($dsn)->lifecycle->stats());
        holds(str_contains($error->getMessage(), ':host=127.0.0.1;port=1;dbname='), $error->getMessage());
        for ($cause = $error; $cause !== null; $cause = $cause->getPrevious()) {
            holds(!str_contains($cause->getMessage(), 'geheim'), $cause->getMessage());
        }
    }
});

test('what is dumped of Hookwright shows no password, token or key', function (Ground $ground): void {
    $key = 'k1:' . base64_encode(random_bytes(32));
    $hookwright = Hookwright::open('mysql:host=127.0.0.1;dbname=shop;password=geheim', new Options(config: ['encryption-keys' => $key]));
    $shown = shown($hookwright) . shown($hookwright->dispatcher());
    holds(str_contains($shown, 'encryption-keys') && str_contains($shown, 'mysql:host=127.0.0.1;dbname=shop'), $shown);
    same([false, false], [str_contains($shown, $key), str_contains($shown, 'geheim')]);
    $password = 'geheim';
    foreach ([
        PdoStorage::open('pgsql:host=127.0.0.1', 'user', $password),
        MysqliStorage::open(static fn () => new \mysqli('127.0.0.1', 'user', $password)),
    ] as $storage) {
        holds(!str_contains(shown($storage), 'geheim'), 'a storage');
    }
    $server = new Server($ground, '--no-deliver');
    $shown = shown($server->connect());
    same([true, false], [str_contains($shown, $server->address), str_contains($shown, $server->token)]);
    // The values themselves are as they were given.
    same(['encryption-keys' => $key], (new Options(config: ['encryption-keys' => $key]))->config);
});
