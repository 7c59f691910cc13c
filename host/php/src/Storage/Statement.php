<?php

declare(strict_types=1);

namespace Hookwright\Storage;

/** One SQL statement. */
final class Statement
{
    /**
     * @param string                      $sql     with a `?` for each parameter, in order, and no other question mark
     * @param list<null|int|string|Blob>  $params  900 at most
     * @param list<string>                $columns types of the result columns, `integer`, `text` or `blob`; empty for a
     *                                             statement without rows
     * @param int|null                    $expect  number of rows that it must change; another one rolls the batch back
     */
    public function __construct(
        public readonly string $sql,
        public readonly array $params,
        public readonly array $columns,
        public readonly ?int $expect,
    ) {
    }

    /** Whether it changes rows, so that the driver's count of them means something. */
    public function changes(): bool
    {
        return preg_match('/^\s*(INSERT|UPDATE|DELETE|REPLACE)\b/i', $this->sql) === 1;
    }
}
