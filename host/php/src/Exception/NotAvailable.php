<?php

declare(strict_types=1);

namespace Hookwright\Exception;

/** Hookwright cannot run here: FFI is off, or the library is missing or of another version. The message says what to do. */
final class NotAvailable extends HookwrightException
{
}
