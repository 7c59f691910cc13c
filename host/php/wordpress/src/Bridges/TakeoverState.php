<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Bridges;

/** How far the takeover of a webhook is. */
enum TakeoverState: string
{
    /** There is no copy: nothing was to be written. */
    case Found = 'found';

    /** There is a copy now. */
    case Copied = 'copied';

    /** There was a copy already. */
    case Present = 'present';

    /** The copy sends, and the original no more. */
    case TakenOver = 'taken-over';

    /** There can be no copy as things are. */
    case Refused = 'refused';
}
