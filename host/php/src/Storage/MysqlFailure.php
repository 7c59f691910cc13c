<?php

declare(strict_types=1);

namespace Hookwright\Storage;

/**
 * What an error number of MySQL or MariaDB means for a batch, and what a person can do about it, whatever driver told it.
 *
 * @internal
 */
final class MysqlFailure
{
    /** A savepoint was asked for where no transaction is open. */
    public const NO_SAVEPOINT = 1305;

    public function __construct(private readonly string $name)
    {
    }

    /** @param (\Closure(string): string)|null $place says in which statement it was */
    public function of(int $code, string $words, ?\Closure $place, \Throwable $error): Trouble|StorageError
    {
        $words = self::harmless($code, $words);
        $placed = $place === null ? $words : $place($words);

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

    public function ofOpening(string $words, \Throwable $error): StorageError
    {
        return $this->unavailable("cannot be opened ({$words}); check that the server runs, and host, database, user and"
            . ' password', $error);
    }

    private function unavailable(string $what, \Throwable $error): StorageError
    {
        return new StorageError('unavailable', "{$this->name} {$what}", $error);
    }

    /** Some errors quote what stands in a row. */
    private static function harmless(int $code, string $words): string
    {
        return match ($code) {
            1062, 1586 => 'a row with the same key exists',
            1292, 1366, 1367, 1411 => 'a value does not fit its column',
            default => $words,
        } . " ({$code})";
    }
}
