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
    public function __construct(private readonly Dialect $dialect, private readonly string $name)
    {
    }

    /** @param (\Closure(string): string)|null $place */
    public function of(PDOException $error, ?\Closure $place): Trouble|StorageError
    {
        [$state, $code, $words] = self::told($error);
        $words = $this->harmless($words, $state, $code);
        $placed = $place === null ? $words : $place($words);

        return match ($this->dialect) {
            Dialect::Sqlite => $this->sqlite($code, $words, $placed, $error),
            Dialect::Mysql => $this->mysql($code, $words, $placed, $error),
            Dialect::Postgres => $this->postgres($state, $words, $placed, $error),
        };
    }

    public function ofOpening(PDOException $error): StorageError
    {
        [, , $words] = self::told($error);
        $what = match ($this->dialect) {
            Dialect::Sqlite => 'check that its folder exists and that this process may create files there',
            default => 'check that the server runs, and host, database, user and password',
        };

        return new StorageError('unavailable', "{$this->name} cannot be opened ({$words}); {$what}", $error);
    }

    /** A savepoint was asked for where no transaction is open. */
    public function isNoTransaction(PDOException $error): bool
    {
        [$state, $code] = self::told($error);

        return $this->dialect === Dialect::Mysql ? $code === 1305 : $state === '25P01';
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

    private function mysql(int $code, string $words, string $placed, PDOException $error): Trouble|StorageError
    {
        return match ($code) {
            1020, 1213, 1615 => new Trouble(Trouble::CONFLICT, $words, $error),
            1205 => new Trouble(Trouble::LOCKED, $words, $error),
            1053, 1927, 2006, 2013, 3169, 4031 => new Trouble(Trouble::BROKEN, $words, $error),
            1048, 1062, 1169, 1216, 1217, 1364, 1451, 1452, 1557, 1586, 3819, 4025 =>
                new StorageError('constraint', $placed, $error),
            1290, 1792, 1836 => $this->unavailable("cannot be written ({$words}); use a server that is not read-only", $error),
            1044, 1045, 1142, 1143, 1227, 1370 => $this->unavailable("refuses its user ({$words}); grant what is missing", $error),
            1021, 1114 => $this->unavailable("has no room to grow ({$words}); free space on its disk", $error),
            default => new StorageError('other', $placed, $error),
        };
    }

    private function postgres(string $state, string $words, string $placed, PDOException $error): Trouble|StorageError
    {
        return match (true) {
            in_array($state, ['40001', '40P01'], true) => new Trouble(Trouble::CONFLICT, $words, $error),
            $state === '55P03' => new Trouble(Trouble::LOCKED, $words, $error),
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

    /** Some errors quote what stands in a row. */
    private function harmless(string $words, string $state, int $code): string
    {
        if ($this->dialect === Dialect::Mysql) {
            return match ($code) {
                1062, 1586 => 'a row with the same key exists',
                1292, 1366, 1367, 1411 => 'a value does not fit its column',
                default => $words,
            } . " ({$code})";
        }

        // What PostgreSQL says after the first line are details with values.
        return $this->dialect === Dialect::Postgres ? strtok($words, "\n") . " ({$state})" : $words;
    }

    /** @return array{string, int, string} SQLSTATE, the driver's code, the words */
    private static function told(PDOException $error): array
    {
        $info = $error->errorInfo ?? [];

        return [(string) ($info[0] ?? ''), (int) ($info[1] ?? 0), (string) ($info[2] ?? $error->getMessage())];
    }
}
