<?php

declare(strict_types=1);

namespace Hookwright\Exception;

/**
 * Hookwright cannot be used here and now: FFI is off, the library is missing or of another version, or no
 * `hookwright serve` answers. The message says what to do.
 */
final class NotAvailable extends HookwrightException
{
}
