<?php

declare(strict_types=1);

namespace Hookwright\Exception;

/** The object has changed, or its state does not allow the call. The message says what to do. */
final class Conflict extends HookwrightException
{
}
