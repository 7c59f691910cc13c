<?php

declare(strict_types=1);

namespace Hookwright\Tests;

use Hookwright\Deliveries\Query;
use Hookwright\Exception\InvalidInput;
use Hookwright\Exception\StorageFailed;
use Hookwright\Hookwright;
use Hookwright\Storage\Blob;
use Hookwright\Storage\Mode;
use Hookwright\Storage\Statement;
use Hookwright\Storage\StorageError;
use Hookwright\Types\Paging;
use Hookwright\Types\Scope;

foreach (DatabaseServer::all() as $server) {
    $driver = $server->driver;
    test("on {$driver}: publish, join a transaction, deliver, and everything that was read is what was written", function (Ground $ground) use ($driver, $server): void {
        $receiver = $ground->receiver();
        $shop = $server->connect();
        if ($driver !== 'pgsql') {
            $latin = Hookwright::open($server->connect('latin1'));
            $error = throws(StorageFailed::class, fn () => $latin->lifecycle->stats());
            holds(str_contains($error->getMessage(), 'spoken to in latin1; '), $error->getMessage());
        }
        // Tables of their own, or the webhooks of one test would be found by the next.
        $config = ['table-prefix' => "{$driver}_"];
        $hookwright = $ground->hookwright(storage($shop), $config);
        $own = $ground->hookwright($server->own(), $config);
        $ground->webhook($hookwright, $receiver);
        $before = count($receiver->received());

        $shop->query('START TRANSACTION');
        $hookwright->publish('order.created', ['id' => 1]);
        throws(StorageFailed::class, fn () => $hookwright->deliveries->claim(1, 90_000, []));
        throws(InvalidInput::class, fn () => $hookwright->publish('no.such.topic', []));
        $shop->query('ROLLBACK');
        same(0, $own->dispatcher()->runOnce()->attempts);

        $shop->query('START TRANSACTION');
        $joined = $hookwright->publish('order.created', ['id' => 9007199254740993, 'name' => 'Zoë 🦊'], idempotencyKey: 'a');
        same(0, $own->dispatcher()->runOnce()->attempts, 'nothing is sent before the commit');
        $shop->query('COMMIT');
        same(true, $own->publish('order.created', ['id' => 9007199254740993, 'name' => 'Zoë 🦊'], idempotencyKey: 'a')->replayed);
        $hookwright->publish('order.created', ['id' => 2]);
        same(2, $own->dispatcher()->runOnce()->delivered);
        $received = array_slice($receiver->received(), $before);
        same([true, true], array_column($received, 'verified'));
        holds(in_array($joined->eventId, array_column($received, 'id'), true), 'the joined one arrived');
        holds(str_contains(implode(array_column($received, 'body')), '"id":9007199254740993,"name":"Zoë 🦊"'), 'exact');
        same(200, $own->deliveries->get(Scope::all(), $own->deliveries->find(new Query(
            Scope::all(),
            new Paging(1, 10),
            eventId: $joined->eventId,
        ))->items[0]->id)->attempts[0]->outcome->value->status);
    });

    test("on {$driver}: every value comes back as it went, and what the server refuses is told apart", function (Ground $ground) use ($driver, $server): void {
        $connection = $server->connect();
        $ours = storage($connection);
        $values = [9007199254740993, PHP_INT_MIN, PHP_INT_MAX, '', 'Zoë 🦊', new Blob(''), new Blob(random_bytes(200_000) . "\0\xFF'\\"), null];
        $types = ['integer', 'integer', 'integer', 'text', 'text', 'blob', 'blob', 'text'];
        $select = new Statement('SELECT ?, ?, ?, ?, ?, ?, ?, ?', $values, $types, null);
        [$result] = $ours->execute(Mode::Read, [$select]);
        holds($result->values == $values && $result->affected === 0, 'the values of a query');

        $blob = $driver === 'pgsql' ? 'BYTEA' : 'LONGBLOB';
        $number = $driver === 'pgsql' ? 'BIGINT' : 'BIGINT NULL';
        $ours->execute(Mode::Schema, [new Statement("CREATE TABLE {$driver}_t (a {$number} UNIQUE, b {$blob})", [], [], null)]);
        [$inserted, $read] = $ours->execute(Mode::Write, [
            new Statement("INSERT INTO {$driver}_t VALUES (?, ?), (?, ?)", [1, $values[6], PHP_INT_MIN, null], [], 2),
            new Statement("SELECT a, b FROM {$driver}_t ORDER BY a DESC", [], ['integer', 'blob'], null),
        ]);
        same(2, $inserted->affected);
        holds($read->values == [1, $values[6], PHP_INT_MIN, null], 'the values of a table');
        $refused = static fn (Statement ...$statements) => throws(StorageError::class, fn () => $ours->execute(Mode::Write, $statements));
        $delete = new Statement("DELETE FROM {$driver}_t", [], [], null);
        $error = $refused($delete, new Statement("UPDATE {$driver}_t SET a = a WHERE a > ?", [5], [], 1));
        same(['expectation-failed', 1], [$error->kind, $error->value]);
        same('constraint', $refused($delete, new Statement("INSERT INTO {$driver}_t VALUES (7, NULL), (7, NULL)", [], [], null))->kind);
        same('other', $refused($delete, new Statement('SELECT a FROM nowhere', [], ['integer'], null))->kind);
        $count = new Statement("SELECT count(*) FROM {$driver}_t", [], ['integer'], null);
        same([2], $ours->execute(Mode::Read, [$count])[0]->values, 'what failed has changed nothing');

        if ($driver === 'pgsql') {
            return;
        }
        // A lock of somebody else is waited for, five seconds at most; an application with less patience keeps it.
        $patience = $driver === 'mysqli' ? 50 : 1;
        $connection->query("SET SESSION innodb_lock_wait_timeout = {$patience}");
        $other = $server->connect();
        $other->query('START TRANSACTION');
        $lock = "UPDATE {$driver}_t SET b = NULL WHERE a = 1";
        $other->query($lock);
        $connection->query('START TRANSACTION');
        $error = $refused(new Statement($lock, [], [], null));
        holds($error->kind === 'unavailable' && str_contains($error->getMessage(), 'is locked by another process'), $error->getMessage());
        same("{$patience}", value($connection, 'SELECT @@SESSION.innodb_lock_wait_timeout'));
        $connection->query('ROLLBACK');
        // A connection that the server has ended.
        $other->query($server->kill((int) value($connection, $server->whoAmI())));
        eventually('the connection is gone', fn () => throws(StorageError::class, fn () => $ours->execute(Mode::Read, [$count]))->kind === 'transaction-lost');
        if ($connection instanceof \mysqli) {
            same(MYSQLI_REPORT_OFF, (new \mysqli_driver())->report_mode, 'the application\'s way to report errors');
        }
    });
}
