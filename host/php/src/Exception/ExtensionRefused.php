<?php

declare(strict_types=1);

namespace Hookwright\Exception;

/** A callback or plugin refused the event or failed; what it threw is the previous exception. */
final class ExtensionRefused extends HookwrightException
{
}
