<?php

declare(strict_types=1);

namespace Hookwright\Storage;

/** What went wrong on a connection, before it is known what that means for the transaction around it. */
final class Trouble extends \RuntimeException
{
    /** Two transactions met; the same batch may pass the next time. */
    public const CONFLICT = 'conflict';

    /** Another connection holds a lock. */
    public const LOCKED = 'locked';

    /** The connection is gone. */
    public const BROKEN = 'broken';

    /** @param self::* $kind */
    public function __construct(public readonly string $kind, string $words, ?\Throwable $previous = null)
    {
        parent::__construct($words, 0, $previous);
    }
}
