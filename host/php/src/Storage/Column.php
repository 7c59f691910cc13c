<?php

declare(strict_types=1);

namespace Hookwright\Storage;

/**
 * What a driver gave for a column, as the type that the statement declares: drivers give integers as text and the like.
 *
 * @internal
 */
final class Column
{
    /** @param string $declared `integer`, `text` or `blob` */
    public static function read(mixed $stored, string $declared): null|int|string|Blob
    {
        if (is_resource($stored)) {
            $stored = (string) stream_get_contents($stored);
        }
        if ($stored === null) {
            return null;
        }
        if ($declared === 'integer') {
            $number = filter_var($stored, FILTER_VALIDATE_INT);
            if (is_float($stored) || $number === false) {
                throw new StorageError('other', 'a column is declared as integer, but holds something else');
            }

            return $number;
        }
        if (!is_string($stored)) {
            throw new StorageError('other', "a column is declared as {$declared}, but holds something else");
        }

        return $declared === 'blob' ? new Blob($stored) : $stored;
    }
}
