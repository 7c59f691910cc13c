<?php

declare(strict_types=1);

namespace Hookwright\Exception;

/** The component gave no answer: a bug in it, a limit of time or memory, or calls that are nested too deeply or cross. */
final class CoreFailed extends HookwrightException
{
    /** @param string $kind as host/rust/capi/include/hookwright.h lists them */
    public function __construct(public readonly string $kind, string $message)
    {
        parent::__construct($message);
    }

    /** @internal */
    public static function of(string $function, mixed $error): self
    {
        return new self($error['kind'] ?? 'panic', "{$function}: " . ($error['message'] ?? 'no reason was given'));
    }
}
