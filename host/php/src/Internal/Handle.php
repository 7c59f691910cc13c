<?php

declare(strict_types=1);

namespace Hookwright\Internal;

use FFI\CData;

/**
 * An instance of the component in the C library, and whether it can be used.
 *
 * @internal
 */
final class Handle
{
    /** Stays so where a call was broken off. */
    public bool $isBusy = false;

    public readonly int $process;

    /** @param CData|null $native null: it is closed */
    public function __construct(public ?CData $native)
    {
        $this->process = (int) getmypid();
    }
}
