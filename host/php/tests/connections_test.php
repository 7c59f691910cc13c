<?php

declare(strict_types=1);

namespace Hookwright\Tests;

use Hookwright\Storage\Mode;
use Hookwright\Storage\MysqliStorage;
use Hookwright\Storage\ResultSet;
use Hookwright\Storage\Statement;
use Hookwright\Storage\Storage;
use Hookwright\Storage\StorageError;

// What becomes of a connection that the server ends, that another process inherits, or that an application has set in a
// way of its own.

/** The values of one query, or what a statement changed. */
function runs(Storage $storage, Mode $mode, string $sql): ResultSet
{
    return $storage->execute($mode, [new Statement($sql, [], str_starts_with($sql, 'SELECT') ? ['integer'] : [], null)])[0];
}

function refused(Storage $storage, Mode $mode, string $sql): StorageError
{
    return throws(StorageError::class, fn () => runs($storage, $mode, $sql));
}

foreach (DatabaseServer::all() as $server) {
    $driver = $server->driver;
    test("on {$driver}: a connection of Hookwright's own that the server has ended is opened again", function () use ($server): void {
        $other = $server->connect();
        $own = $server->own();
        foreach ([Mode::Read, Mode::Write, Mode::Own, Mode::Schema] as $mode) {
            $other->query($server->kill(runs($own, Mode::Read, $server->whoAmI())->values[0]));
            $error = null;
            eventually('the connection is gone', function () use ($own, $mode, &$error): bool {
                try {
                    runs($own, $mode, 'SELECT 1');
                } catch (StorageError $thrown) {
                    $error = $thrown;
                }

                return $error !== null;
            });
            holds($error->kind === 'unavailable' && str_contains($error->getMessage(), 'broke: '), "{$error->kind}: {$error->getMessage()}");
            same([7], runs($own, $mode, 'SELECT 7')->values);
        }
    });

    test("on {$driver}: a broken connection of the application's is told from a lost transaction", function () use ($server): void {
        $connection = $server->connect();
        $ours = storage($connection);
        $server->connect()->query($server->kill((int) value($connection, $server->whoAmI())));
        eventually('the connection is gone', fn () => throws(StorageError::class, fn () => runs($ours, Mode::Own, 'SELECT 1'))->kind === 'unavailable');
        // What is read or written may have been a part of a transaction.
        same('transaction-lost', refused($ours, Mode::Write, 'SELECT 1')->kind);
    });

    test("on {$driver}: a child of fork leaves the parent's connection and its statements alone", function (Ground $ground) use ($server): void {
        $own = $server->own();
        $connection = $server->connect();
        $joined = storage($connection);
        runs($own, Mode::Read, 'SELECT 41');
        runs($joined, Mode::Read, 'SELECT 42');
        $child = pcntl_fork();
        if ($child === 0) {
            $isRight = false;
            try {
                $isRight = runs($own, Mode::Read, 'SELECT 41')->values === [41]
                    && str_contains(refused($joined, Mode::Read, 'SELECT 42')->getMessage(), 'before fork()');
            } finally {
                // No destructor of the parent's objects runs in the child.
                posix_kill((int) getmypid(), $isRight ? SIGUSR1 : SIGUSR2);
            }
        }
        pcntl_waitpid($child, $status);
        same(SIGUSR1, pcntl_wtermsig($status));
        same([[41], [42]], [runs($own, Mode::Read, 'SELECT 41')->values, runs($joined, Mode::Read, 'SELECT 42')->values]);
    });

    if ($driver === 'mysqli') {
        test('on mysqli: an application that connects anew in a child leaves the parent\'s statements alone', function () use ($server): void {
            $present = $server->connect();
            $ours = MysqliStorage::on(function () use (&$present): \mysqli {
                return $present;
            });
            runs($ours, Mode::Read, 'SELECT 41');
            $child = pcntl_fork();
            if ($child === 0) {
                $present = $server->connect();
                $isRight = runs($ours, Mode::Read, 'SELECT 41')->values === [41];
                posix_kill((int) getmypid(), $isRight ? SIGUSR1 : SIGUSR2);
            }
            pcntl_waitpid($child, $status);
            same(SIGUSR1, pcntl_wtermsig($status));
            same([41], runs($ours, Mode::Read, 'SELECT 41')->values);
        });
    }

    if ($driver === 'pgsql') {
        test('on pgsql: a worker on an application\'s connection that has broken ends, so that another can begin', function (Ground $ground) use ($server): void {
            file_put_contents("{$ground->folder}/bootstrap.php", $ground->script(sprintf(<<<'PHP'
                $connect = fn () => new PDO(%s, ...%s);
                $shop = $connect();
                $hookwright = Hookwright\Hookwright::open($shop, new Hookwright\Options(config: ['table-prefix' => 'broken_'] + $config));
                $hookwright->lifecycle->migrate();
                $connect()->query('SELECT pg_terminate_backend(' . $shop->query('SELECT pg_backend_pid()')->fetchColumn() . ', 10000)');
                return $hookwright;
                PHP, var_export($server->dsn(), true), var_export($server->login(), true))));
            $worker = [PHP_BINARY, dirname(__DIR__) . '/bin/hookwright-worker', '--watch', '--failure-limit=1'];
            [$code, , $error] = $ground->ran([...$worker, '--bootstrap', "{$ground->folder}/bootstrap.php"]);
            same(1, $code, $error);
            holds(str_contains($error, "\nhookwright-worker: no connection to the server"), $error);
        });

        test('on pgsql: who waits in vain for the lock of the tables leaves no transaction open', function () use ($server): void {
            $other = $server->connect();
            $other->exec('BEGIN; SELECT pg_advisory_xact_lock(' . 0x486F6F6B . ')');
            $connection = $server->connect();
            $connection->exec("SET lock_timeout = '20ms'");
            $error = refused(storage($connection), Mode::Schema, 'SELECT 1');
            holds($error->kind === 'unavailable' && str_contains($error->getMessage(), 'is locked by another process'), $error->getMessage());
            same('1', value($connection, 'SELECT 1'));
            throws(\PDOException::class, fn () => $connection->exec('SAVEPOINT a'));
            $other->exec('ROLLBACK');
            same([1], runs(storage($connection), Mode::Schema, 'SELECT 1')->values);
        });

        test('on pgsql: a connection that breaks while it commits says that the outcome is not known', function () use ($server): void {
            $admin = $server->connect();
            $admin->exec('CREATE TABLE breaking (a BIGINT);'
                . ' CREATE FUNCTION break_off() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;'
                . ' CREATE CONSTRAINT TRIGGER breaks AFTER INSERT ON breaking DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION break_off()');
            $own = $server->own();
            $error = refused($own, Mode::Write, 'INSERT INTO breaking VALUES (1)');
            holds($error->kind === 'unavailable' && str_contains($error->getMessage(), 'whether it was written is not known'), $error->getMessage());
            same([0], runs($own, Mode::Read, 'SELECT count(*) FROM breaking')->values);
        });
        continue;
    }

    test("on {$driver}: a deadlock in a transaction leaves the application's patience as it was", function () use ($server, $driver): void {
        [$connection, $other] = [$server->connect(), new \mysqli(...mysqli_login($server))];
        $connection->query("CREATE TABLE {$driver}_met (a BIGINT PRIMARY KEY, b BIGINT)");
        $connection->query("INSERT INTO {$driver}_met VALUES (1, 0), (2, 0)");
        $connection->query('SET SESSION innodb_lock_wait_timeout = 50');
        $connection->query('START TRANSACTION');
        $connection->query("UPDATE {$driver}_met SET b = 1 WHERE a = 1");
        $other->query('START TRANSACTION');
        // Who has changed less is broken off.
        $other->query("INSERT INTO {$driver}_met VALUES (" . implode(', 0), (', range(10, 200)) . ', 0)');
        $other->query("UPDATE {$driver}_met SET b = 2 WHERE a = 2");
        // Whichever of the two waits first, the other one closes the circle.
        $other->query("UPDATE {$driver}_met SET b = 2 WHERE a = 1", MYSQLI_ASYNC);
        $error = refused(storage($connection), Mode::Write, "UPDATE {$driver}_met SET b = 1 WHERE a = 2");
        holds(in_array($error->kind, ['transaction-lost', 'transaction-must-restart'], true), "{$error->kind}: {$error->getMessage()}");
        same('50', value($connection, 'SELECT @@SESSION.innodb_lock_wait_timeout'));
        $other->reap_async_query();
        $other->close();
    });

    test("on {$driver}: where autocommit is off, what needs a transaction of its own says so", function () use ($server): void {
        $connection = $server->connect();
        $connection->query('SET SESSION autocommit = 0');
        $error = refused(storage($connection), Mode::Own, 'SELECT 1');
        holds($error->kind === 'unavailable' && str_contains($error->getMessage(), 'autocommit is off'), $error->getMessage());
        same([1], runs(storage($connection), Mode::Write, 'SELECT 1')->values);
        $connection->query('COMMIT');
        $connection->query('SET SESSION autocommit = 1');
        same([1], runs(storage($connection), Mode::Own, 'SELECT 1')->values);
    });
}

/** @return array{string, string, string, string, int} what `mysqli` takes */
function mysqli_login(DatabaseServer $server): array
{
    $parts = parse_url($server->url);

    return [$parts['host'], ...$server->login(), ltrim($parts['path'], '/'), $parts['port']];
}
