<?php

declare(strict_types=1);

namespace Hookwright\Storage;

use Hookwright\Internal\Clock;

/**
 * How a batch becomes a transaction on one connection: its own, or a part of the one that the application has open.
 *
 * Knows no driver and not what the SQL means. The storage crates of host/rust do the same.
 */
final class SqlStorage implements Storage
{
    private const REPLAYS = 5;

    private const PATIENCE_SECONDS = 5.0;

    private static int $savepoints = 0;

    public function __construct(private readonly Link $link)
    {
    }

    public function dialect(): Dialect
    {
        return $this->link->dialect();
    }

    public function execute(Mode $mode, array $statements): array
    {
        if ($statements === []) {
            return [];
        }
        $isApart = $mode === Mode::Own || $mode === Mode::Schema;
        try {
            if (!$this->link->isApplications()) {
                return $this->alone($mode, $statements);
            }
            $savepoint = 'hookwright_' . self::$savepoints++;
            if (!$this->link->join($savepoint)) {
                return $this->alone($mode, $statements);
            }
            if ($isApart) {
                $this->link->command("RELEASE SAVEPOINT {$savepoint}");
                throw new StorageError('unavailable', "{$mode->value} is not possible inside an application's transaction;"
                    . " {$this->link->remedy()}, or use a connection of Hookwright's own");
            }
        } catch (Trouble $trouble) {
            // These modes had no part in a transaction of the application, if there was one.
            throw $trouble->kind === Trouble::BROKEN && $isApart ? $this->broken($trouble) : $this->lost($trouble);
        }

        return $this->joined($savepoint, $statements);
    }

    /**
     * @param list<Statement> $statements
     *
     * @return list<ResultSet>
     */
    private function alone(Mode $mode, array $statements): array
    {
        $started = Clock::seconds();
        for ($replay = 0; ; $replay++) {
            try {
                return $this->once($mode, $statements);
            } catch (Trouble $trouble) {
                $waited = Clock::seconds() - $started;
                if ($trouble->kind === Trouble::BROKEN) {
                    $this->link->forget();
                    throw $this->broken($trouble);
                }
                if ($replay >= self::REPLAYS || $waited >= self::PATIENCE_SECONDS) {
                    throw $trouble->kind === Trouble::LOCKED
                        ? $this->locked($trouble)
                        : new StorageError('retryable', $trouble->getMessage(), $trouble);
                }
            }
            // Two processes that met once should not meet again.
            usleep(random_int(5_000, 10_000) << $replay);
        }
    }

    /**
     * @param list<Statement> $statements
     *
     * @return list<ResultSet>
     */
    private function once(Mode $mode, array $statements): array
    {
        // One statement sees one state of the database by itself.
        if ($mode === Mode::Read && count($statements) === 1) {
            return $this->run($statements);
        }
        $hasBegun = false;
        try {
            $this->link->begin($mode);
            $hasBegun = true;
            $results = $this->run($statements);
            $this->commit();
        } catch (\Throwable $thrown) {
            try {
                // SQLite begins as a whole or not at all, and refuses to roll back nothing.
                if ($hasBegun || $this->link->dialect() !== Dialect::Sqlite) {
                    $this->link->command('ROLLBACK');
                }
            } catch (\Throwable) {
                // Why the batch failed says more; and a connection that cannot roll back is of no more use.
                $this->link->forget();
            }
            $this->quietly(fn () => $this->link->release($mode));
            throw $thrown;
        }
        $this->quietly(fn () => $this->link->release($mode));

        return $results;
    }

    private function commit(): void
    {
        try {
            $this->link->command('COMMIT');
        } catch (Trouble $trouble) {
            throw $trouble->kind !== Trouble::BROKEN ? $trouble : new StorageError('unavailable', 'the connection to'
                . " {$this->link->name()} broke while it committed: {$trouble->getMessage()}; whether it was written is not"
                . ' known', $trouble);
        }
    }

    /**
     * @param list<Statement> $statements
     *
     * @return list<ResultSet>
     */
    private function joined(string $savepoint, array $statements): array
    {
        $unbound = null;
        try {
            $unbound = $this->link->boundWaits();
            $results = $this->run($statements);
        } catch (Trouble | StorageError $thrown) {
            try {
                $this->link->command("ROLLBACK TO SAVEPOINT {$savepoint}");
                $this->link->command("RELEASE SAVEPOINT {$savepoint}");
                $unbound === null ?: $this->link->command($unbound);
            } catch (Trouble | StorageError) {
                throw $this->lost($thrown, $unbound);
            }
            if ($thrown instanceof StorageError) {
                throw $thrown;
            }
            // On SQLite a transaction that has read cannot wait for a lock, whatever the time-out.
            if ($thrown->kind === Trouble::LOCKED && $this->link->dialect() !== Dialect::Sqlite) {
                throw $this->locked($thrown);
            }
            throw new StorageError('transaction-must-restart', "it collided with another one ({$thrown->getMessage()});"
                . ' roll back and run it again', $thrown);
        }
        try {
            $unbound === null ?: $this->link->command($unbound);
            $this->link->command("RELEASE SAVEPOINT {$savepoint}");
        } catch (Trouble | StorageError $thrown) {
            throw $this->lost($thrown, $unbound);
        }

        return $results;
    }

    /**
     * @param list<Statement> $statements
     *
     * @return list<ResultSet>
     */
    private function run(array $statements): array
    {
        $results = [];
        foreach ($statements as $index => $statement) {
            $result = $this->link->run($index, $statement);
            if ($statement->expect !== null && $statement->expect !== $result->affected) {
                throw new StorageError('expectation-failed', $index);
            }
            $results[] = $result;
        }

        return $results;
    }

    /**
     * What is left of the application's transaction must not be committed without the rest.
     *
     * @param string|null $unbound undoes a setting that outlives the transaction
     */
    private function lost(\Throwable $thrown, ?string $unbound = null): StorageError
    {
        $unbound === null ?: $this->quietly(fn () => $this->link->command($unbound));
        $this->quietly(fn () => $this->link->command('ROLLBACK'));

        return new StorageError('transaction-lost', $thrown->getMessage(), $thrown);
    }

    private function broken(Trouble $trouble): StorageError
    {
        $why = "the connection to {$this->link->name()} broke: {$trouble->getMessage()}";

        return new StorageError('unavailable', $why, $trouble);
    }

    private function locked(Trouble $trouble): StorageError
    {
        return new StorageError('unavailable', "{$this->link->name()} is locked by another process or connection"
            . " ({$trouble->getMessage()}); end the long transaction there", $trouble);
    }

    private function quietly(\Closure $work): void
    {
        try {
            $work();
        } catch (Trouble | StorageError) {
            // What went wrong before says more.
        }
    }
}
