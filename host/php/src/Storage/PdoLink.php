<?php

declare(strict_types=1);

namespace Hookwright\Storage;

use PDO;
use PDOException;
use PDOStatement;

/**
 * One connection through PDO, to SQLite, MySQL, MariaDB or PostgreSQL.
 *
 * Decides how values are bound and read. The connection's own settings are as they were after each use, because it may
 * be the application's.
 */
final class PdoLink implements Link
{
    /** Prepared statements that are kept; the component uses about 150. */
    private const PREPARED = 256;

    private const LOCK_MILLISECONDS = 5_000;

    /** The transaction lock of schema batches on PostgreSQL, the same in every host. */
    private const SCHEMA_LOCK = 0x486F6F6B;

    private readonly Dialect $dialect;

    private readonly PdoFailure $failure;

    /** @var array<string, PDOStatement> */
    private array $prepared = [];

    private int $process;

    private bool $isUtf8 = false;

    /** @var list<array{PDO, array<string, PDOStatement>}> a parent process's, which closing would disturb */
    private static array $inherited = [];

    /**
     * @param \Closure(): PDO|null $connect opens our own connection; null: `$pdo` is the application's
     *
     * @internal
     */
    public function __construct(private ?PDO $pdo, private readonly ?\Closure $connect, string $driver, private readonly string $name)
    {
        $this->dialect = match ($driver) {
            'sqlite' => Dialect::Sqlite,
            'pgsql' => Dialect::Postgres,
            'mysql' => Dialect::Mysql,
            default => throw new StorageError('unavailable', "Hookwright does not know the PDO driver {$driver}; it knows"
                . ' sqlite, mysql and pgsql, and any other database by a CallableStorage'),
        };
        $this->failure = new PdoFailure($this->dialect, $name);
        $this->process = (int) getmypid();
    }

    /** @return array<string, mixed> without what opens the connection, which knows the password */
    public function __debugInfo(): array
    {
        return ['name' => $this->name, 'dialect' => $this->dialect, 'isApplications' => $this->isApplications()];
    }

    public function dialect(): Dialect
    {
        return $this->dialect;
    }

    public function name(): string
    {
        return $this->name;
    }

    public function isApplications(): bool
    {
        return $this->connect === null;
    }

    public function command(string $sql): void
    {
        $this->with(static fn (PDO $pdo) => $pdo->exec($sql));
    }

    public function begin(Mode $mode): void
    {
        match ($this->dialect) {
            // The lock is taken first: a reader that became a writer later could not wait for it.
            Dialect::Sqlite => $this->command($mode === Mode::Read ? 'BEGIN DEFERRED' : 'BEGIN IMMEDIATE'),
            Dialect::Postgres => $this->command(match ($mode) {
                Mode::Read => 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY',
                Mode::Write, Mode::Own => 'BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE',
                Mode::Schema => 'BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SELECT pg_advisory_xact_lock('
                    . self::SCHEMA_LOCK . ')',
            }),
            Dialect::Mysql => $this->mysql()->begin($mode),
        };
    }

    public function release(Mode $mode): void
    {
        if ($this->dialect === Dialect::Mysql) {
            $this->mysql()->release($mode);
        }
    }

    public function join(string $savepoint): bool
    {
        if ($this->dialect === Dialect::Sqlite) {
            return $this->joinSqlite($savepoint);
        }
        if ($this->dialect === Dialect::Mysql && !$this->isUtf8) {
            $this->mysql()->checkCharset($this->name, 'add charset=utf8mb4 to the DSN of the connection');
            $this->isUtf8 = true;
        }

        return $this->with(function (PDO $pdo) use ($savepoint): bool {
            try {
                $pdo->exec("SAVEPOINT {$savepoint}");
                if ($this->dialect === Dialect::Mysql) {
                    // Where no transaction is open, the first said nothing.
                    $pdo->exec("ROLLBACK TO SAVEPOINT {$savepoint}");
                }

                return true;
            } catch (PDOException $error) {
                if ($this->failure->isNoTransaction($error)) {
                    return false;
                }
                throw $error;
            }
        });
    }

    public function remedy(): string
    {
        return $this->dialect === Dialect::Mysql ? $this->mysql()->remedy() : 'end it first';
    }

    public function boundWaits(): ?string
    {
        if ($this->dialect !== Dialect::Postgres) {
            // On SQLite the time-out of the application's connection counts.
            return $this->dialect === Dialect::Mysql ? $this->mysql()->boundWaits() : null;
        }
        if ($this->text("SELECT current_setting('lock_timeout')") !== '0') {
            return null;
        }
        $this->command('SET LOCAL lock_timeout = ' . self::LOCK_MILLISECONDS);

        return 'SET LOCAL lock_timeout = 0';
    }

    public function run(int $index, Statement $statement): ResultSet
    {
        return $this->with(function (PDO $pdo) use ($statement): ResultSet {
            $prepared = $this->prepare($pdo, $statement);
            foreach ($statement->params as $position => $param) {
                [$value, $type] = match (true) {
                    $param === null => [null, PDO::PARAM_NULL],
                    is_int($param) => [$param, PDO::PARAM_INT],
                    $param instanceof Blob => [$param->bytes, PDO::PARAM_LOB],
                    default => [$param, PDO::PARAM_STR],
                };
                $prepared->bindValue($position + 1, $value, $type);
            }
            try {
                $prepared->execute();
                if ($statement->columns === []) {
                    return new ResultSet([], $statement->changes() ? $prepared->rowCount() : 0);
                }
                $values = [];
                while (($row = $prepared->fetch(PDO::FETCH_NUM)) !== false) {
                    foreach ($statement->columns as $column => $declared) {
                        $values[] = Column::read($row[$column] ?? null, $declared);
                    }
                }

                return new ResultSet($values, $statement->changes() ? $prepared->rowCount() : 0);
            } finally {
                $prepared->closeCursor();
            }
        }, fn (string $words) => sprintf('statement %d (%s): %s', $index, substr($statement->sql, 0, 60), $words));
    }

    public function forget(): void
    {
        if ($this->connect !== null) {
            $this->prepared = [];
            $this->pdo = null;
        }
    }

    /** A plain BEGIN takes no lock, and fails at once inside a transaction; BEGIN IMMEDIATE would wait for the lock first. */
    private function joinSqlite(string $savepoint): bool
    {
        return $this->with(function (PDO $pdo) use ($savepoint): bool {
            try {
                $pdo->exec('BEGIN');
            } catch (PDOException $error) {
                if (!$this->failure->isInTransaction($error)) {
                    throw $error;
                }
                $pdo->exec("SAVEPOINT {$savepoint}");

                return true;
            }
            $pdo->exec('ROLLBACK');

            return false;
        });
    }

    /** Made anew each time: kept, it would hold this link, and so the connection, in a circle. */
    private function mysql(): MysqlSession
    {
        return new MysqlSession($this->command(...), $this->text(...));
    }

    private function text(string $sql): string
    {
        return $this->with(static fn (PDO $pdo) => (string) $pdo->query($sql)->fetchColumn());
    }

    /** Types stand in the SQL for PostgreSQL, because PDO tells the server none. */
    private function prepare(PDO $pdo, Statement $statement): PDOStatement
    {
        $sql = $statement->sql;
        if ($this->dialect === Dialect::Postgres) {
            $params = $statement->params;
            $sql = preg_replace_callback('/\?/', static function () use (&$params): string {
                $param = array_shift($params);

                return match (true) {
                    $param === null => '?',
                    is_int($param) => 'CAST(? AS BIGINT)',
                    $param instanceof Blob => 'CAST(? AS BYTEA)',
                    default => 'CAST(? AS TEXT)',
                };
            }, $sql);
        }
        if (isset($this->prepared[$sql])) {
            return $this->prepared[$sql];
        }
        if (count($this->prepared) >= self::PREPARED) {
            $this->prepared = [];
        }

        return $this->prepared[$sql] = $pdo->prepare($sql, [PDO::ATTR_EMULATE_PREPARES => false]);
    }

    /**
     * @template T
     *
     * @param \Closure(PDO): T              $work
     * @param (\Closure(string): string)|null $place says in which statement an error was
     *
     * @return T
     */
    private function with(\Closure $work, ?\Closure $place = null): mixed
    {
        $pdo = $this->connection();
        $settings = [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION, PDO::ATTR_ORACLE_NULLS => PDO::NULL_NATURAL];
        $changed = [];
        foreach ($this->isApplications() ? $settings : [] as $attribute => $wanted) {
            $present = $pdo->getAttribute($attribute);
            if ($present !== $wanted) {
                $changed[$attribute] = $present;
                $pdo->setAttribute($attribute, $wanted);
            }
        }
        try {
            return $work($pdo);
        } catch (PDOException $error) {
            throw $this->failure->of($error, $place);
        } finally {
            foreach ($changed as $attribute => $former) {
                $pdo->setAttribute($attribute, $former);
            }
        }
    }

    private function connection(): PDO
    {
        if ($this->process !== getmypid()) {
            if ($this->connect === null) {
                throw new StorageError('unavailable', "the connection to {$this->name} was opened before fork(), and the"
                    . ' parent uses it too; open Hookwright on a connection that the child has made');
            }
            if ($this->pdo !== null) {
                self::$inherited[] = [$this->pdo, $this->prepared];
            }
            [$this->pdo, $this->prepared, $this->process] = [null, [], (int) getmypid()];
        }
        if ($this->pdo !== null) {
            return $this->pdo;
        }
        try {
            return $this->pdo = ($this->connect)();
        } catch (PDOException $error) {
            throw $this->failure->ofOpening($error);
        }
    }
}
