<?php

declare(strict_types=1);

namespace Hookwright\Storage;

use mysqli;
use mysqli_driver;
use mysqli_result;
use mysqli_sql_exception;
use mysqli_stmt;

/**
 * One connection through mysqli, to MySQL or MariaDB.
 *
 * Decides how values are bound and read. How mysqli reports errors is for the whole process, so it is as it was after each
 * use.
 */
final class MysqliLink implements Link
{
    /** Prepared statements that are kept; the component uses about 150. */
    private const PREPARED = 256;

    /** "The server has gone away": what mysqli says of an object that the application has closed has no number. */
    private const GONE = 2006;

    private readonly MysqlFailure $failure;

    private readonly mysqli_driver $driver;

    private ?mysqli $mysqli = null;

    /** @var array<string, mysqli_stmt> */
    private array $prepared = [];

    private int $process;

    private bool $isUtf8 = false;

    /** @var list<array{mysqli, array<string, mysqli_stmt>}> a parent process's, which closing would disturb */
    private static array $inherited = [];

    /**
     * @param \Closure(): mysqli $connect        gives the application's connection of now, or opens one of our own
     * @param bool               $isApplications which of them
     * @param string             $charsetRemedy  what a person does where it is not spoken to in utf8mb4
     *
     * @internal
     */
    public function __construct(
        private readonly \Closure $connect,
        private readonly bool $isApplications,
        private readonly string $name,
        private readonly string $charsetRemedy = "call set_charset('utf8mb4') on the connection",
    ) {
        $this->failure = new MysqlFailure($name);
        $this->driver = new mysqli_driver();
        $this->process = (int) getmypid();
    }

    /** @return array<string, mixed> without what opens the connection, which knows the password */
    public function __debugInfo(): array
    {
        return ['name' => $this->name, 'isApplications' => $this->isApplications];
    }

    public function dialect(): Dialect
    {
        return Dialect::Mysql;
    }

    public function name(): string
    {
        return $this->name;
    }

    public function isApplications(): bool
    {
        return $this->isApplications;
    }

    public function command(string $sql): void
    {
        $this->with(static fn (mysqli $mysqli) => @$mysqli->query($sql));
    }

    public function begin(Mode $mode): void
    {
        $this->session()->begin($mode);
    }

    public function release(Mode $mode): void
    {
        $this->session()->release($mode);
    }

    public function join(string $savepoint): bool
    {
        $this->renew();
        if (!$this->isUtf8) {
            $this->session()->checkCharset($this->name, $this->charsetRemedy);
            $this->isUtf8 = true;
        }

        return $this->with(static function (mysqli $mysqli) use ($savepoint): bool {
            try {
                @$mysqli->query("SAVEPOINT {$savepoint}");
                // Where no transaction is open, the first said nothing.
                @$mysqli->query("ROLLBACK TO SAVEPOINT {$savepoint}");

                return true;
            } catch (mysqli_sql_exception $error) {
                if ($error->getCode() === MysqlFailure::NO_SAVEPOINT) {
                    return false;
                }
                throw $error;
            }
        });
    }

    public function remedy(): string
    {
        return $this->session()->remedy();
    }

    public function boundWaits(): ?string
    {
        return $this->session()->boundWaits();
    }

    public function run(int $index, Statement $statement): ResultSet
    {
        return $this->with(function (mysqli $mysqli) use ($statement): ResultSet {
            $prepared = $this->prepare($mysqli, $statement->sql);
            $types = '';
            $values = [];
            foreach ($statement->params as $param) {
                $types .= is_int($param) ? 'i' : 's';
                $values[] = $param instanceof Blob ? $param->bytes : $param;
            }
            if ($values !== []) {
                $prepared->bind_param($types, ...$values);
            }
            @$prepared->execute();
            $affected = $statement->changes() ? max(0, (int) $prepared->affected_rows) : 0;
            if ($statement->columns === []) {
                $prepared->free_result();

                return new ResultSet([], $affected);
            }
            $result = @$prepared->get_result();
            if (!$result instanceof mysqli_result) {
                throw new StorageError('other', 'a statement that should have rows has none');
            }
            $read = [];
            while (is_array($row = $result->fetch_row())) {
                foreach ($statement->columns as $column => $declared) {
                    $read[] = Column::read($row[$column] ?? null, $declared);
                }
            }
            $result->free();

            return new ResultSet($read, $affected);
        }, fn (string $words) => sprintf('statement %d (%s): %s', $index, substr($statement->sql, 0, 60), $words));
    }

    public function forget(): void
    {
        $this->use(null);
    }

    /** The application may have another connection by now than at the last batch. */
    private function renew(): void
    {
        $present = ($this->connect)();
        if ($present === $this->mysqli) {
            return;
        }
        $this->inherit();
        $this->use($present);
    }

    /** What this process has from its parent is kept, so that it is not closed here. */
    private function inherit(): void
    {
        if ($this->mysqli !== null && $this->process !== getmypid()) {
            self::$inherited[] = [$this->mysqli, $this->prepared];
        }
    }

    private function use(?mysqli $mysqli): void
    {
        [$this->mysqli, $this->prepared, $this->isUtf8] = [$mysqli, [], false];
        $this->process = (int) getmypid();
    }

    /** Made anew each time: kept, it would hold this link, and so the connection, in a circle. */
    private function session(): MysqlSession
    {
        return new MysqlSession($this->command(...), fn (string $sql): string => $this->with(
            static function (mysqli $mysqli) use ($sql): string {
                $result = @$mysqli->query($sql);

                return $result instanceof mysqli_result ? (string) ($result->fetch_row()[0] ?? '') : '';
            },
        ));
    }

    private function prepare(mysqli $mysqli, string $sql): mysqli_stmt
    {
        if (isset($this->prepared[$sql])) {
            return $this->prepared[$sql];
        }
        if (count($this->prepared) >= self::PREPARED) {
            $this->prepared = [];
        }
        $prepared = @$mysqli->prepare($sql);
        if (!$prepared instanceof mysqli_stmt) {
            throw new mysqli_sql_exception($mysqli->error, $mysqli->errno);
        }

        return $this->prepared[$sql] = $prepared;
    }

    /**
     * @template T
     *
     * @param \Closure(mysqli): T             $work
     * @param (\Closure(string): string)|null $place says in which statement an error was
     *
     * @return T
     */
    private function with(\Closure $work, ?\Closure $place = null): mixed
    {
        $mysqli = $this->connection();
        $former = $this->driver->report_mode;
        $this->driver->report_mode = MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT;
        try {
            return $work($mysqli);
        } catch (mysqli_sql_exception $error) {
            throw $this->failure->of($error->getCode(), $error->getMessage(), $place, $error);
        } catch (\Error $error) {
            if (!str_contains($error->getMessage(), 'closed')) {
                throw $error;
            }
            throw $this->failure->of(self::GONE, $error->getMessage(), $place, $error);
        } finally {
            $this->driver->report_mode = $former;
        }
    }

    private function connection(): mysqli
    {
        if ($this->mysqli !== null && $this->process !== getmypid()) {
            if ($this->isApplications) {
                throw new StorageError('unavailable', "the connection to {$this->name} was opened before fork(), and the"
                    . ' parent uses it too; open Hookwright on a connection that the child has made');
            }
            $this->inherit();
            $this->use(null);
        }
        if ($this->mysqli === null) {
            $former = $this->driver->report_mode;
            $this->driver->report_mode = MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT;
            try {
                $this->use(($this->connect)());
            } catch (mysqli_sql_exception $error) {
                throw $this->failure->ofOpening("{$error->getMessage()} ({$error->getCode()})", $error);
            } finally {
                $this->driver->report_mode = $former;
            }
        }

        return $this->mysqli;
    }
}
