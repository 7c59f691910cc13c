<?php

declare(strict_types=1);

namespace Hookwright\Tests;

use Hookwright\Events\Event;
use Hookwright\Exception\CoreFailed;
use Hookwright\Exception\ExtensionRefused;
use Hookwright\Exception\InvalidInput;
use Hookwright\Exception\StorageFailed;
use Hookwright\Exception\TransactionMustRestart;
use Hookwright\Extensions;
use Hookwright\Extensions\ExtensionTopic;
use Hookwright\Hookwright;
use Hookwright\Registry\NewWebhook;
use Hookwright\Storage\Blob;
use Hookwright\Storage\CallableStorage;
use Hookwright\Storage\Dialect;
use Hookwright\Storage\Mode;
use Hookwright\Storage\PdoStorage;
use Hookwright\Storage\Statement;

test('what was published in a transaction that is rolled back is not sent, and what is committed is', function (Ground $ground): void {
    $receiver = $ground->receiver();
    // Silent errors, as old applications have them: their connection stays as it is.
    $pdo = new \PDO($ground->dsn(), null, null, [\PDO::ATTR_ERRMODE => \PDO::ERRMODE_SILENT]);
    $pdo->exec('CREATE TABLE shop_order (id INTEGER)');
    $hookwright = $ground->hookwright($pdo);
    $ground->webhook($hookwright, $receiver);
    $order = function (int $id) use ($pdo, $hookwright): string {
        $pdo->exec("INSERT INTO shop_order VALUES ({$id})");

        return $hookwright->publish('order.created', ['id' => $id])->eventId;
    };
    $pdo->beginTransaction();
    $order(1);
    $pdo->rollBack();
    $pdo->exec('BEGIN');
    $order(2);
    $error = throws(StorageFailed::class, fn () => $hookwright->deliveries->claim(1, 90_000, []));
    holds(str_contains($error->getMessage(), 'application\'s transaction'), $error->getMessage());
    $pdo->exec('ROLLBACK');
    same(0, $hookwright->dispatcher()->runOnce()->attempts);
    same(0, $hookwright->lifecycle->stats()->deliveries[0]->count);

    $pdo->beginTransaction();
    $committed = $order(3);
    // A refused event takes nothing else with it.
    throws(InvalidInput::class, fn () => $hookwright->publish('no.such.topic', []));
    $pdo->commit();
    same(1, $hookwright->dispatcher()->runOnce()->delivered);
    same([$committed], array_column($receiver->received(), 'id'));
    same([3], $pdo->query('SELECT id FROM shop_order')->fetchAll(\PDO::FETCH_COLUMN));
    same(\PDO::ERRMODE_SILENT, $pdo->getAttribute(\PDO::ATTR_ERRMODE));
});

test('a locked database in a transaction that has read says that it must start again', function (Ground $ground): void {
    $pdo = new \PDO($ground->dsn(), null, null, [\PDO::ATTR_TIMEOUT => 0]);
    $hookwright = $ground->hookwright($pdo);
    $other = new \PDO($ground->dsn());
    $other->exec('BEGIN IMMEDIATE');
    $pdo->exec('BEGIN');
    $pdo->query('SELECT count(*) FROM sqlite_master')->fetchAll();
    throws(TransactionMustRestart::class, fn () => $hookwright->publish('order.created', ['id' => 1]));
    $pdo->exec('ROLLBACK');
    $other->exec('ROLLBACK');
    $hookwright->publish('order.created', ['id' => 1]);
});

test('callbacks add topics, change data and refuse; what they throw is the reason', function (Ground $ground): void {
    $receiver = $ground->receiver();
    $told = [];
    $extensions = (new Extensions())
        ->addTopic(new ExtensionTopic('booking.made', 'Booking made', 'A room is booked.', 'Booking', 'rooms'))
        ->onFilterData(fn (array $data) => $data + ['rooms' => new \stdClass()], ['booking.*'])
        ->onFilterData(function (array $data): array {
            holds($data['rooms'] instanceof \stdClass, 'an empty map is none of a list');
            if ($data['id'] === 13) {
                throw new \DomainException('not this number');
            }

            return $data;
        }, ['booking.made'], priority: 20)
        ->onShouldDeliver(fn (string $webhook, array $data) => $data['id'] !== 2)
        ->onFilterRequest(fn () => ['x-room' => '12'])
        ->onAfterDelivery(function (array $outcome) use (&$told): void {
            $told[] = $outcome['state'];
            throw new \DomainException('nobody minds');
        });
    $logged = [];
    $hookwright = $ground->hookwright(extensions: $extensions, log: function (string $level, string $line) use (&$logged): void {
        $logged[] = $line;
    });
    $ground->webhook($hookwright, $receiver, 'booking.made');
    $results = $hookwright->events->publish(array_map(
        fn (int $id) => new Event('booking.made', "{\"id\":{$id}}"),
        [1, 2, 13],
    ));
    same([1, 0], [$results[0]->deliveries, $results[1]->deliveries]);
    holds($results[2] instanceof ExtensionRefused, 'one event is refused, the others are stored');
    $refused = throws(ExtensionRefused::class, fn () => $hookwright->publish('booking.made', ['id' => 13]));
    same('not this number', $refused->getPrevious()?->getMessage());
    same(1, $hookwright->dispatcher()->runOnce()->delivered);
    [$request] = $receiver->received();
    same(['12', true, ['delivered']], [$request['headers']['x-room'], $request['verified'], $told]);
    holds(str_contains($request['body'], '"rooms":{}'), $request['body']);
    holds(str_contains(implode("\n", $logged), 'nobody minds'), 'the log tells: ' . implode("\n", $logged));
});

test('a callback may publish, four calls deep', function (Ground $ground): void {
    $hookwright = null;
    $depth = 0;
    $extensions = (new Extensions())->onFilterData(function (array $data) use (&$hookwright, &$depth): array {
        if (++$depth < 10) {
            $hookwright->publish('order.created', ['id' => $depth]);
        }

        return $data;
    });
    $hookwright = $ground->hookwright(extensions: $extensions);
    $refused = throws(ExtensionRefused::class, fn () => $hookwright->publish('order.created', ['id' => 0]));
    while ($refused->getPrevious() !== null) {
        $refused = $refused->getPrevious();
    }
    same([CoreFailed::class, 'too-deep', 4], [$refused::class, $refused->kind, $depth]);
    $depth = 9;
    $hookwright->publish('order.created', ['id' => 1]);
});

test('what a storage throws reaches the caller as it is, and the next call works', function (Ground $ground): void {
    $broken = false;
    $inner = PdoStorage::open($ground->dsn());
    $storage = new CallableStorage(Dialect::Sqlite, function (Mode $mode, array $statements) use (&$broken, $inner): array {
        return $broken ? throw new \OutOfRangeException('no such shard') : $inner->execute($mode, $statements);
    });
    $hookwright = $ground->hookwright($storage);
    $broken = true;
    same('no such shard', throws(\OutOfRangeException::class, fn () => $hookwright->publish('order.created', []))->getMessage());
    $broken = false;
    same(0, $hookwright->publish('order.created', [])->deliveries);
});

test('what is not UTF-8 is named, and NUL bytes arrive or are refused by name', function (Ground $ground): void {
    $receiver = $ground->receiver();
    $hookwright = $ground->hookwright();
    $ground->webhook($hookwright, $receiver);
    $error = throws(InvalidInput::class, fn () => $hookwright->publish('order.created', ['list' => [['name' => "\xC3("]]]));
    same('data.list[0].name: is not valid UTF-8', $error->getMessage());
    $error = throws(InvalidInput::class, fn () => $hookwright->publish("order\xFF", []));
    same('events.publish[0][0].topic', $error->fields[0]->field);
    $hookwright->publish('order.created', ['name' => "a\0b"]);
    same(1, $hookwright->dispatcher()->runOnce()->delivered);
    same("a\0b", json_decode($receiver->received()[0]['body'])->data->name);
    // Keys are compared as bytes, and so may hold one.
    same(true, [$hookwright->publish('order.created', [], idempotencyKey: "k\0"), $hookwright->publish('order.created', [], idempotencyKey: "k\0")][1]->replayed);
    throws(InvalidInput::class, fn () => $hookwright->registry->create(new NewWebhook($receiver->url, ["order\0"])));
});

test('data that is endless, too deep or no text is refused by a plain error', function (Ground $ground): void {
    $hookwright = $ground->hookwright();
    $refused = fn (mixed $data) => throws(InvalidInput::class, fn () => $hookwright->publish('order.created', $data))->getMessage();
    $circle = new \stdClass();
    $circle->self = $circle;
    holds(str_starts_with($refused(['a' => $circle]), 'data: '), 'an object that holds itself');
    $circle->text = "\xFF";
    holds(str_starts_with($refused(['a' => $circle]), 'data: '), 'which is met before the text');
    $list = [];
    $list[] = &$list;
    $deep = array_reduce(range(1, 600), fn (array $inside) => [$inside], []);
    foreach ([$list, $deep, ['a' => NAN]] as $data) {
        holds(str_starts_with($refused($data), 'data: '), told($data));
    }
    same('data.b[1]: is not valid UTF-8', $refused(['a' => 1, 'b' => ['x', "\xFF"], 'c' => $circle]));
    same('data.a: is not valid UTF-8', $refused(['a' => ["\xFF" => 1]]));
    // As JSON has it: what is private is not a part, and an object may say what it is.
    $order = new class () implements \JsonSerializable {
        public string $secret = "\xFE";

        public function jsonSerialize(): array
        {
            return ['shown' => "\xFF"];
        }
    };
    same('data.order.shown: is not valid UTF-8', $refused(['order' => $order]));
    $half = new class () {
        public string $text = "\xFF";

        private string $hidden = "\xFF";
    };
    same('data.text: is not valid UTF-8', $refused($half));
});

test('a payload as large as is allowed arrives, a larger one is refused by name', function (Ground $ground): void {
    $receiver = $ground->receiver();
    $hookwright = $ground->hookwright(config: ['max-payload-bytes' => '1000000']);
    $ground->webhook($hookwright, $receiver);
    $hookwright->publish('order.created', ['text' => str_repeat('x', 990_000)]);
    same(1, $hookwright->dispatcher()->runOnce()->delivered);
    same([true, true], [strlen($receiver->received()[0]['body']) > 990_000, $receiver->received()[0]['verified']]);
    $error = throws(InvalidInput::class, fn () => $hookwright->publish('order.created', ['text' => str_repeat('x', 5_000_000)]));
    holds(str_contains($error->getMessage(), '1000000') || str_contains($error->getMessage(), '1,000,000'), $error->getMessage());
});

test('a read-only database is an error that names it, and nothing is half written', function (Ground $ground): void {
    $ground->hookwright();
    $pdo = new \PDO($ground->dsn(), null, null, [\PDO::SQLITE_ATTR_OPEN_FLAGS => \PDO::SQLITE_OPEN_READONLY]);
    $hookwright = Hookwright::open($pdo);
    $error = throws(StorageFailed::class, fn () => $hookwright->publish('order.created', []));
    same('unavailable', $error->kind);
    holds(str_contains($error->getMessage(), 'cannot be written'), $error->getMessage());
    $error = throws(StorageFailed::class, fn () => Hookwright::open('sqlite:/nowhere/hooks.db')->lifecycle->stats());
    holds(str_contains($error->getMessage(), '/nowhere/hooks.db cannot be opened'), $error->getMessage());
    $foreign = new \PDO("sqlite:{$ground->folder}/foreign.db");
    $foreign->exec('PRAGMA application_id = 7; CREATE TABLE theirs (id)');
    $error = throws(StorageFailed::class, fn () => Hookwright::open("sqlite:{$ground->folder}/foreign.db")->lifecycle->migrate());
    holds(str_contains($error->getMessage(), 'another program'), $error->getMessage());
});

test('every value comes back as it went', function (Ground $ground): void {
    $storage = PdoStorage::open($ground->dsn());
    $values = [9007199254740993, PHP_INT_MIN, PHP_INT_MAX, '', 'Zoë', new Blob(''), new Blob("\0\xFF'\\"), null];
    $types = ['integer', 'integer', 'integer', 'text', 'text', 'blob', 'blob', 'text'];
    $select = new Statement('SELECT ?, ?, ?, ?, ?, ?, ?, ?', $values, $types, null);
    [$result] = $storage->execute(Mode::Read, [$select]);
    holds($result->values == $values && $result->affected === 0, told($result->values));
    $error = throws(\Hookwright\Storage\StorageError::class, fn () => $storage->execute(Mode::Write, [
        new Statement('CREATE TABLE t (a INTEGER UNIQUE)', [], [], null),
        new Statement('INSERT INTO t VALUES (?), (?)', [1, 2], [], 2),
        new Statement('UPDATE t SET a = a WHERE a > ?', [5], [], 1),
    ]));
    same(['expectation-failed', 2], [$error->kind, $error->value]);
    $error = throws(\Hookwright\Storage\StorageError::class, fn () => $storage->execute(Mode::Read, [new Statement('SELECT a FROM t', [], ['integer'], null)]));
    holds(str_contains($error->getMessage(), 'no such table'), $error->getMessage());
});

test('a child of fork opens its own handle, and does not touch the parent\'s connection', function (Ground $ground): void {
    $hookwright = $ground->hookwright();
    $mine = $ground->hookwright(new \PDO($ground->dsn()));
    $hookwright->publish('order.created', ['id' => 1]);
    $mine->publish('order.created', ['id' => 2]);
    $child = pcntl_fork();
    if ($child === 0) {
        $code = 9;
        try {
            $hookwright->publish('order.created', ['id' => 3]);
            $mine->publish('order.created', ['id' => 4]);
        } catch (StorageFailed $error) {
            $code = str_contains($error->getMessage(), 'before fork()') ? 7 : 8;
        } finally {
            // No destructor of the parent's objects runs in the child.
            posix_kill((int) getmypid(), $code === 7 ? SIGUSR1 : SIGUSR2);
        }
    }
    pcntl_waitpid($child, $status);
    same(SIGUSR1, pcntl_wtermsig($status));
    $hookwright->publish('order.created', ['id' => 5]);
    same(4, (int) (new \PDO($ground->dsn()))->query('SELECT count(*) FROM hookwright_events')->fetchColumn());
});

test('a script that exits inside a callback ends; its shutdown functions can publish still', function (Ground $ground): void {
    $ground->hookwright();
    [$code, $out, $error] = $ground->php(<<<'PHP'
        $extensions = (new Hookwright\Extensions())->onFilterData(function ($data) {
            if ($data['id'] === 1) {
                exit;
            }
            return $data;
        });
        $options = new Hookwright\Options(config: $config, extensions: $extensions);
        $hookwright = Hookwright\Hookwright::open("sqlite:$folder/hooks.db", $options);
        register_shutdown_function(function () use ($hookwright, $folder) {
            $receipt = $hookwright->publish('order.created', ['id' => 2]);
            file_put_contents("$folder/receipt", $receipt->eventId);
        });
        $hookwright->publish('order.created', ['id' => 1]);
        PHP);
    holds(str_starts_with((string) @file_get_contents("{$ground->folder}/receipt"), 'evt_'), "{$code} {$out} {$error}");
    same(1, (int) (new \PDO($ground->dsn()))->query('SELECT count(*) FROM hookwright_events')->fetchColumn());
});
