<?php

declare(strict_types=1);

namespace Hookwright\Tests;

use Hookwright\Deliveries\Request;
use Hookwright\Dispatcher;
use Hookwright\DispatcherOptions;
use Hookwright\Exception\StorageFailed;
use Hookwright\Registry\NewWebhook;
use Hookwright\Storage\CallableStorage;
use Hookwright\Storage\Dialect;
use Hookwright\Storage\Mode;
use Hookwright\Storage\PdoStorage;
use Hookwright\Storage\StorageError;

/** What PHP's error log gets meanwhile. */
function logged(Ground $ground, callable $work): string
{
    $former = ini_set('error_log', "{$ground->folder}/errors.log");
    try {
        $work();
    } finally {
        ini_set('error_log', (string) $former);
    }

    return (string) @file_get_contents("{$ground->folder}/errors.log");
}

test('an outcome that can never be recorded is told of, and holds up no other', function (Ground $ground): void {
    $receiver = $ground->receiver();
    $hookwright = $ground->hookwright();
    $ground->webhook($hookwright, $receiver);
    $hookwright->publish('order.created', ['id' => 1]);
    $dispatcher = $hookwright->dispatcher();
    // A header that is sent as it is, and is no text.
    $poison = new Request('dlv_x', 'wh_x', 'evt_x', 'order.created', 1, 'ct_x', 'POST', $receiver->url, [['x-name', "\xFF"]], '{}', 1_000, 1_000);
    $told = logged($ground, fn () => $dispatcher->send($poison));
    holds(str_contains($told, 'an outcome of dlv_x cannot be recorded'), $told);
    $summary = $dispatcher->runOnce();
    same([1, 1, 0], [$summary->attempts, $summary->delivered, $summary->unsettled]);
});

test('what a slow name server keeps from beginning within its lease is given back, and sent once', function (Ground $ground): void {
    $receiver = $ground->receiver();
    $hookwright = $ground->hookwright();
    $port = parse_url($receiver->base, PHP_URL_PORT);
    foreach (['one', 'two', 'three'] as $host) {
        $hookwright->registry->create(new NewWebhook("http://{$host}.example:{$port}/hook", ['order.created']));
    }
    $hookwright->publish('order.created', ['id' => 1]);
    $slow = function (): array {
        usleep(60_000);

        return ['127.0.0.1'];
    };
    $options = new DispatcherOptions(longestTimeoutMs: 90_000, leaseMarginMs: 100);
    $summary = (new Dispatcher($hookwright, $options, $slow))->runOnce(waitAtMostMs: 60_000);
    holds($summary->retrying > 0, 'some were given back');
    same([3, 3, 0], [$summary->attempts, $summary->delivered, $summary->lost]);
    same(3, count($receiver->received()));
});

test('a run gives up after the time that it was given, and not before', function (Ground $ground): void {
    $inner = PdoStorage::open($ground->dsn());
    $isBroken = false;
    $storage = new CallableStorage(Dialect::Sqlite, function (Mode $mode, array $statements) use (&$isBroken, $inner): array {
        return $isBroken ? throw new StorageError('unavailable', 'nobody opens it again') : $inner->execute($mode, $statements);
    });
    $hookwright = $ground->hookwright($storage);
    $dispatcher = $hookwright->dispatcher(new DispatcherOptions(pollMs: 20, giveUpAfterMs: 300));
    $turns = 0;
    $breaks = function () use (&$turns, &$isBroken): void {
        $isBroken = ++$turns > 5;
    };
    $told = logged($ground, fn () => same(
        'nobody opens it again',
        throws(StorageFailed::class, fn () => $dispatcher->run($breaks))->getMessage(),
    ));
    holds(substr_count($told, 'claim failed') >= 2, $told);
    // What passes again in time is forgotten.
    $again = $hookwright->dispatcher(new DispatcherOptions(pollMs: 20, giveUpAfterMs: 300));
    [$turns, $ends] = [0, microtime(true) + 0.6];
    $mends = function () use (&$turns, &$isBroken, $again, $ends): void {
        $isBroken = ++$turns === 1;
        microtime(true) < $ends ?: $again->stop();
    };
    holds(str_contains(logged($ground, fn () => $again->run($mends)), 'claim failed'), 'it has failed once');
});

test('the worker limits how long a name is looked up, unless the system is told already', function (Ground $ground): void {
    $receiver = $ground->receiver();
    file_put_contents("{$ground->folder}/bootstrap.php", $ground->script(<<<'PHP'
        $extensions = (new Hookwright\Extensions())->onFilterRequest(function () use ($folder) {
            file_put_contents("$folder/limits", getenv('RES_OPTIONS') . "\n", FILE_APPEND);
            return [];
        });
        return Hookwright\Hookwright::open("sqlite:$folder/hooks.db", new Hookwright\Options(config: $config, extensions: $extensions));
        PHP));
    $hookwright = $ground->hookwright();
    $ground->webhook($hookwright, $receiver);
    foreach ([[], ['RES_OPTIONS' => 'timeout:7']] as $environment) {
        $hookwright->publish('order.created', ['id' => 1]);
        $worker = [PHP_BINARY, dirname(__DIR__) . '/bin/hookwright-worker', '--bootstrap', "{$ground->folder}/bootstrap.php"];
        [$code, , $error] = $ground->ran($worker, $environment);
        same(0, $code, $error);
    }
    same("timeout:2 attempts:1\ntimeout:7\n", (string) file_get_contents("{$ground->folder}/limits"));
});
