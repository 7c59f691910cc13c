<?php

declare(strict_types=1);

namespace Hookwright\Internal;

use Hookwright\Exception\NotAvailable;

/**
 * A way to the component.
 *
 * @internal
 */
interface Door
{
    /**
     * Fails now rather than at the first call if nobody can answer.
     *
     * @throws NotAvailable
     */
    public function open(): void;

    /**
     * @param string $function  for example `events.publish`
     * @param string $arguments a JSON array
     *
     * @return array{bool, string} whether it has answered, and the answer; else `{"kind": …, "message": …}`, with the
     *                             kinds of host/rust/capi/include/hookwright.h
     *
     * @throws NotAvailable
     */
    public function call(string $function, string $arguments): array;
}
