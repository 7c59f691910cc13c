<?php

declare(strict_types=1);

namespace Hookwright\Storage;

/** Bytes, told from text. */
final class Blob
{
    public function __construct(public readonly string $bytes)
    {
    }
}
