<?php

declare(strict_types=1);

namespace Hookwright\Sending;

/**
 * How often somebody has asked this process to end, by SIGTERM or SIGINT. Where PHP knows no signals, never.
 *
 * @internal
 */
final class Signals
{
    private int $seen = 0;

    public function __construct()
    {
        if (!function_exists('pcntl_signal')) {
            return;
        }
        pcntl_async_signals(true);
        foreach ([SIGTERM, SIGINT] as $signal) {
            pcntl_signal($signal, function (): void {
                $this->seen++;
            });
        }
    }

    public function seen(): int
    {
        return $this->seen;
    }
}
