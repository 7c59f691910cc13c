<?php

declare(strict_types=1);

namespace Hookwright\Storage;

/** What one statement gave. */
final class ResultSet
{
    /**
     * @param list<null|int|string|Blob> $values   row after row, each as wide as the statement's columns
     * @param int                        $affected rows changed; 0 for a query
     */
    public function __construct(public readonly array $values, public readonly int $affected)
    {
    }
}
