<?php

declare(strict_types=1);

namespace Hookwright\Exception;

/** The installation or the account does not allow the call. */
final class Forbidden extends HookwrightException
{
}
