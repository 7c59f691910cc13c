<?php

declare(strict_types=1);

namespace Hookwright\Tests;

use Hookwright\Deliveries\Query;
use Hookwright\Deliveries\State;
use Hookwright\Exception\Conflict;
use Hookwright\Exception\InvalidInput;
use Hookwright\Exception\NotFound;
use Hookwright\Registry\NewWebhook;
use Hookwright\Registry\WebhookChanges;
use Hookwright\Types\Paging;
use Hookwright\Types\Scope;

test('what is published arrives once, signed so that standardwebhooks verifies it', function (Ground $ground): void {
    $receiver = $ground->receiver();
    $hookwright = $ground->hookwright();
    $id = $ground->webhook($hookwright, $receiver);
    $receipt = $hookwright->publish('order.created', ['id' => 9007199254740993, 'name' => 'Zoë 🦊', 'none' => new \stdClass()]);
    same(1, $receipt->deliveries);
    $summary = $hookwright->dispatcher()->runOnce();
    same([1, 1, 0], [$summary->attempts, $summary->delivered, $summary->lost]);
    [$request] = $receiver->received();
    same([true, $receipt->eventId], [$request['verified'], $request['id']]);
    holds(str_contains($request['body'], '"id":9007199254740993,"name":"Zoë 🦊","none":{}'), 'maps, emoji and order are kept: ' . $request['body']);
    same('application/json', $request['headers']['content-type']);

    $page = $hookwright->deliveries->find(new Query(Scope::all(), new Paging(1, 10), webhookId: $id));
    same([1, State::Delivered], [$page->total, $page->items[0]->state]);
    $details = $hookwright->deliveries->get(Scope::all(), $page->items[0]->id);
    same([200, 'thank you'], [$details->attempts[0]->outcome->value->status, $details->attempts[0]->outcome->value->body]);
});

test('errors of the component are exceptions, each of its kind', function (Ground $ground): void {
    $hookwright = $ground->hookwright();
    $error = throws(InvalidInput::class, fn () => $hookwright->registry->create(new NewWebhook('ftp://x', ['*', 'a b'])));
    same(['url', 'topics[1]'], array_map(fn ($field) => $field->field, $error->fields));
    throws(NotFound::class, fn () => $hookwright->registry->get(Scope::all(), 'wh_none'));
    $id = $hookwright->registry->create(new NewWebhook('https://receiver.example/', ['*']))->webhook->id;
    throws(Conflict::class, fn () => $hookwright->registry->update(Scope::all(), $id, new WebhookChanges(name: 'x', revision: 5)));
    same('x', $hookwright->registry->update(Scope::all(), $id, new WebhookChanges(name: 'x'))->name);
});

test('a redirect is not followed, and no more of an answer is read than is kept', function (Ground $ground): void {
    $receiver = $ground->receiver();
    $hookwright = $ground->hookwright(config: ['response-cap-bytes' => '1000']);
    $outcomes = [];
    foreach (['/redirect', '/large'] as $path) {
        $id = $hookwright->registry->create(new NewWebhook($receiver->base . $path, ['order.created']))->webhook->id;
        $request = $hookwright->deliveries->test(Scope::all(), $id, null, null, 90_000);
        $outcomes[] = $hookwright->dispatcher()->send($request)->outcome->value;
    }
    same([302, false], [$outcomes[0]->status, $outcomes[0]->truncated]);
    same([200, 1000, true], [$outcomes[1]->status, strlen($outcomes[1]->body), $outcomes[1]->truncated]);
    same(['/redirect', '/large'], array_column($receiver->received(), 'path'));
});

test('a proxy of the environment is ignored', function (Ground $ground): void {
    $receiver = $ground->receiver();
    $hookwright = $ground->hookwright();
    $ground->webhook($hookwright, $receiver);
    $hookwright->publish('order.created', ['id' => 1]);
    putenv('http_proxy=http://127.0.0.1:1');
    putenv('ALL_PROXY=http://127.0.0.1:1');
    try {
        [$code, $told] = $ground->worker();
    } finally {
        putenv('http_proxy');
        putenv('ALL_PROXY');
    }
    same([0, "1 requests: 1 delivered, 0 to be tried again, 0 given up\n"], [$code, $told]);
});

test('a blocked address is not connected to, however it is written or resolved', function (Ground $ground): void {
    $receiver = $ground->receiver();
    $open = $ground->hookwright();
    $port = parse_url($receiver->base, PHP_URL_PORT);
    $ids = [];
    foreach (['127.0.0.1', 'receiver.example'] as $host) {
        $ids[] = $open->registry->create(new NewWebhook("http://{$host}:{$port}/", ['order.created']))->webhook->id;
    }
    // The same database, opened by somebody who allows nothing.
    $strict = $ground->hookwright(config: ['allow-addresses' => '']);
    $asked = 0;
    $lookUp = function (string $host) use (&$asked): array {
        $asked++;

        return ['127.0.0.1', '::1', '10.0.0.1'];
    };
    $dispatcher = new \Hookwright\Dispatcher($strict, new \Hookwright\DispatcherOptions(), $lookUp);
    foreach ($ids as $id) {
        $failure = $dispatcher->send($strict->deliveries->test(Scope::all(), $id, null, null, 90_000))->outcome->value;
        same(\Hookwright\Deliveries\FailureKind::Blocked, $failure->kind, $failure->message);
    }
    same([[], 1], [$receiver->received(), $asked]);

    // A literal address of another family is taken as it is.
    $six = @stream_socket_server('tcp://[::1]:0');
    if ($six !== false) {
        $url = 'http://[::1]' . strrchr((string) stream_socket_get_name($six, false), ':') . '/';
        fclose($six);
        $id = $open->registry->create(new NewWebhook($url, ['order.created']))->webhook->id;
        $tried = fn ($hookwright) => $hookwright->dispatcher()->send(
            $hookwright->deliveries->test(Scope::all(), $id, null, null, 90_000),
        )->outcome->value->kind->value;
        same(['connect', 'blocked'], [$tried($open), $tried($strict)]);
    }

    // What is allowed is what is connected to: the name has no other address than this one.
    $pinned = new \Hookwright\Dispatcher($open, new \Hookwright\DispatcherOptions(), fn () => ['10.255.255.1', '127.0.0.1']);
    $request = $open->deliveries->test(Scope::all(), $ids[1], null, null, 90_000);
    same(200, $pinned->send($request)->outcome->value->status);
    same("receiver.example:{$port}", $receiver->received()[0]['headers']['host']);
});

test('no answer is a failure of its kind', function (Ground $ground): void {
    $hookwright = $ground->hookwright(config: ['request-timeout-ms' => '1000']);
    $silent = stream_socket_server('tcp://127.0.0.1:0');
    $closed = stream_socket_server('tcp://127.0.0.1:0');
    $address = stream_socket_get_name($closed, false);
    fclose($closed);
    $expected = [
        'http://' . stream_socket_get_name($silent, false) . '/' => 'timeout',
        "http://{$address}/" => 'connect',
        "https://" . stream_socket_get_name($silent, false) . '/' => 'timeout',
        'http://no-such-name.example/' => 'dns',
    ];
    foreach ($expected as $url => $kind) {
        $id = $hookwright->registry->create(new NewWebhook($url, ['order.created']))->webhook->id;
        $request = $hookwright->deliveries->test(Scope::all(), $id, null, null, 90_000);
        $dispatcher = new \Hookwright\Dispatcher($hookwright, new \Hookwright\DispatcherOptions(), fn () => []);
        same($kind, $dispatcher->send($request)->outcome->value->kind->value, $url);
    }
});

test('a certificate is trusted only if the operator or the system trusts it', function (Ground $ground): void {
    $receiver = $ground->tlsReceiver();
    $hookwright = $ground->hookwright(config: ['allow-http' => 'false', 'allow-addresses' => 'loopback,private']);
    $id = $hookwright->registry->create(new NewWebhook($receiver->url, ['order.created']))->webhook->id;
    $tried = fn (?string $caFile) => $hookwright->dispatcher(new \Hookwright\DispatcherOptions(caFile: $caFile))->send(
        $hookwright->deliveries->test(Scope::all(), $id, null, null, 90_000),
    )->outcome->value;
    same('tls', $tried(null)->kind->value);
    same(200, $tried($ground->certificate())->status ?? 0);
});

test('two workers at once send everything once', function (Ground $ground): void {
    $receiver = $ground->receiver();
    $hookwright = $ground->hookwright();
    $ground->webhook($hookwright, $receiver);
    for ($number = 0; $number < 150; $number++) {
        $hookwright->publish('order.created', ['id' => $number]);
    }
    $worker = [PHP_BINARY, dirname(__DIR__) . '/bin/hookwright-worker', $ground->dsn(), '--watch', '--time-limit=60'];
    foreach (Ground::CONFIG as $key => $value) {
        array_push($worker, '--set', "{$key}={$value}");
    }
    $workers = [$ground->start($worker)[0], $ground->start($worker)[0]];
    eventually('everything arrives', fn () => count($receiver->received()) >= 150);
    foreach ($workers as $one) {
        proc_terminate($one, SIGTERM);
        eventually('a worker ends on SIGTERM', fn () => !proc_get_status($one)['running']);
    }
    $ids = array_column($receiver->received(), 'id');
    same([150, 150], [count($ids), count(array_unique($ids))]);
    same([true], array_values(array_unique(array_column($receiver->received(), 'verified'))));
});

test('a time limit of the settings leaves leases that are long enough', function (Ground $ground): void {
    $receiver = $ground->receiver();
    $hookwright = \Hookwright\Hookwright::open($ground->dsn(), new \Hookwright\Options(config: Ground::CONFIG
        + ['request-timeout-ms' => '60000', 'least-lease-margin-ms' => '90000']));
    $hookwright->lifecycle->migrate();
    $ground->webhook($hookwright, $receiver);
    $hookwright->publish('order.created', ['id' => 1]);
    same([1, 150_000], [$hookwright->dispatcher()->runOnce()->delivered, $hookwright->leaseMs()]);
});

test('a worker that goes on removes what is past its retention', function (Ground $ground): void {
    $receiver = $ground->receiver();
    $hookwright = $ground->hookwright();
    $ground->webhook($hookwright, $receiver);
    $id = $hookwright->publish('order.created', ['id' => 1])->eventId;
    same(1, $hookwright->dispatcher()->runOnce()->delivered);
    $database = new \PDO($ground->dsn());
    $payloads = fn () => (int) $database->query("SELECT COUNT(*) FROM hookwright_payloads WHERE event_id = '{$id}'")->fetchColumn();
    same(1, $payloads());
    $settings = ['--set', 'keep-payloads-ms=1', '--set', 'keep-attempts-ms=1'];
    [$worker] = $ground->start([PHP_BINARY, dirname(__DIR__) . '/bin/hookwright-worker', $ground->dsn(), '--watch', '--time-limit=60', ...$settings]);
    eventually('the payload is gone', fn () => $payloads() === 0);
    proc_terminate($worker, SIGTERM);
    eventually('the worker ends', fn () => !proc_get_status($worker)['running']);
});

test('the Rust command delivers what PHP has published, from the same file', function (Ground $ground): void {
    $receiver = $ground->receiver();
    $hookwright = $ground->hookwright();
    $ground->webhook($hookwright, $receiver);
    $receipt = $hookwright->publish('order.created', ['id' => 1]);
    $cli = (string) getenv('PHP_HOOKWRIGHT_TEST_CLI');
    [$code, $out, $error] = $ground->ran([$cli, '--database', "{$ground->folder}/hooks.db", '--allow-local', 'deliver']);
    same(0, $code, $out . $error);
    same([[$receipt->eventId, true]], array_map(fn ($one) => [$one['id'], $one['verified']], $receiver->received()));
    [$code, $out, $error] = $ground->ran([$cli, '--database', "{$ground->folder}/hooks.db", '--allow-local', 'publish', 'order.created', '--sample']);
    same(0, $code, $out . $error);
    same(1, $hookwright->dispatcher()->runOnce()->delivered);
});
