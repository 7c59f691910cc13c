<?php

declare(strict_types=1);

namespace Hookwright\Internal;

use Hookwright\Options;

/**
 * The component in this very process, in the C library.
 *
 * Opens handles when they are needed: a call that is made inside a callback of another gets one of its own. After a fork
 * the child opens its own too.
 *
 * @internal
 */
final class InProcess implements Door
{
    private ?Library $library = null;

    /** @var list<Handle> one for each depth of calls */
    private array $handles = [];

    private int $depth = 0;

    private int $process;

    public function __construct(private readonly Options $options, private readonly Imports $imports)
    {
        $this->process = (int) getmypid();
    }

    public function __destruct()
    {
        if ($this->depth === 0 && $this->process === getmypid()) {
            foreach ($this->handles as $handle) {
                $this->library?->close($handle);
            }
        }
    }

    public function open(): void
    {
        $this->handle();
    }

    public function call(string $function, string $arguments): array
    {
        $handle = $this->handle();
        $this->depth++;
        $this->imports->begin();
        try {
            return $this->library->call($handle, $function, $arguments, $this->imports->answer(...));
        } finally {
            $this->depth--;
            Errors::causes($this->imports->end());
        }
    }

    private function handle(): Handle
    {
        if ($this->process !== getmypid()) {
            // The parent's; its threads are not here. They are left as they are.
            array_map(fn (Handle $handle) => $this->library?->forget($handle), $this->handles);
            $this->handles = [];
            $this->depth = 0;
            $this->process = (int) getmypid();
        }
        $this->library ??= Library::load($this->options->library);

        $present = $this->handles[$this->depth] ?? null;
        // Closed: a shutdown function calls after a fatal error.
        if ($present?->native !== null) {
            return $present;
        }

        return $this->handles[$this->depth] = $this->library->open(Json::encode([
            'path' => $this->options->component,
            'cache' => $this->options->cacheFolder ?? self::cacheFolder(),
        ], 'the options'));
    }

    /** A folder that is this user's alone; the library makes it, and does not use it if it is not. */
    private static function cacheFolder(): string
    {
        $user = function_exists('posix_geteuid') ? (string) posix_geteuid() : get_current_user();

        return sys_get_temp_dir() . '/hookwright-' . $user;
    }
}
