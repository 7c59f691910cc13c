<?php

declare(strict_types=1);

namespace Hookwright\Storage;

use PDOException;

/**
 * What an error of PDO means for a batch, and what a person can do about it. Decides by code; the words are the database's,
 * but where they quote values.
 *
 * @internal
 */
final class PdoFailure
{
    /** PGRES_FATAL_ERROR of libpq, which is the code of every error. */
    private const FATAL_ON_CLIENT = 7;

    private readonly MysqlFailure $mysql;

    public function __construct(private readonly Dialect $dialect, private readonly string $name)
    {
        $this->mysql = new MysqlFailure($name);
    }

    /** @param (\Closure(string): string)|null $place */
    public function of(PDOException $error, ?\Closure $place): Trouble|StorageError
    {
        [$state, $code, $words] = self::told($error);
        // What PostgreSQL says after the first line are details with values.
        $words = $this->dialect === Dialect::Postgres ? strtok($words, "\n") . " ({$state})" : $words;
        $placed = $place === null ? $words : $place($words);

        return match ($this->dialect) {
            Dialect::Sqlite => $this->sqlite($code, $words, $placed, $error),
            Dialect::Mysql => $this->mysql->of($code, $words, $place, $error),
            Dialect::Postgres => $this->postgres($state, $code, $words, $placed, $error),
        };
    }

    public function ofOpening(PDOException $error): StorageError
    {
        [, , $words] = self::told($error);
        if ($this->dialect !== Dialect::Sqlite) {
            // libpq quotes a part of the DSN that it does not understand, which may be of the password.
            $harmless = (string) preg_replace('/"[^"]*"(?= in connection info string)/', '"…"', $words);
            [$words, $error] = [$harmless, $harmless === $words ? $error : new PDOException($harmless)];

            return $this->mysql->ofOpening($words, $error);
        }

        return $this->unavailable("cannot be opened ({$words}); check that its folder exists and that this process may create"
            . ' files there', $error);
    }

    /** A savepoint was asked for where no transaction is open. */
    public function isNoTransaction(PDOException $error): bool
    {
        [$state, $code] = self::told($error);

        return $this->dialect === Dialect::Mysql ? $code === MysqlFailure::NO_SAVEPOINT : $state === '25P01';
    }

    /** SQLite has no code of its own for it. */
    public function isInTransaction(PDOException $error): bool
    {
        [, $code, $words] = self::told($error);

        return $code === 1 && str_contains($words, 'within a transaction');
    }

    private function sqlite(int $code, string $words, string $placed, PDOException $error): Trouble|StorageError
    {
        return match ($code & 0xFF) {
            5, 6, 15 => new Trouble(Trouble::LOCKED, $words, $error),
            19 => new StorageError('constraint', $placed, $error),
            3, 8, 23 => $this->unavailable("cannot be written ({$words}); give this process write permission for the file"
                . ' and for its folder', $error),
            10 => $this->unavailable("cannot be read or written ({$words}); check its disk and file system", $error),
            11 => $this->unavailable("is damaged ({$words}); stop all programs that use it and restore a backup", $error),
            13 => $this->unavailable("has no room to grow ({$words}); free space on its disk", $error),
            14 => $this->unavailable("cannot be opened ({$words}); check that its folder exists and that this process may"
                . ' create files there', $error),
            26 => $this->unavailable("is not a SQLite database ({$words}); give another path", $error),
            default => new StorageError('other', $placed, $error),
        };
    }

    private function postgres(string $state, int $code, string $words, string $placed, PDOException $error): Trouble|StorageError
    {
        return match (true) {
            in_array($state, ['40001', '40P01'], true) => new Trouble(Trouble::CONFLICT, $words, $error),
            $state === '55P03' => new Trouble(Trouble::LOCKED, $words, $error),
            // An error without a state is the client's own: the server can say nothing any more.
            $state === 'HY000' && $code === self::FATAL_ON_CLIENT,
            $state === '25P02', str_starts_with($state, '08'), str_starts_with($state, '57P') =>
                new Trouble(Trouble::BROKEN, $words, $error),
            str_starts_with($state, '23') => new StorageError('constraint', $placed, $error),
            $state === '25006' => $this->unavailable("cannot be written ({$words}); use the primary server", $error),
            $state === '42501' => $this->unavailable("refuses its user ({$words}); grant what is missing", $error),
            str_starts_with($state, '53') => $this->unavailable("is at its limits ({$words})", $error),
            default => new StorageError('other', $placed, $error),
        };
    }

    private function unavailable(string $what, PDOException $error): StorageError
    {
        return new StorageError('unavailable', "{$this->name} {$what}", $error);
    }

    /** @return array{string, int, string} SQLSTATE, the driver's code, the words */
    private static function told(PDOException $error): array
    {
        $info = $error->errorInfo ?? [];

        return [(string) ($info[0] ?? ''), (int) ($info[1] ?? 0), (string) ($info[2] ?? $error->getMessage())];
    }
}
