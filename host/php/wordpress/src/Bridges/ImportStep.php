<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Bridges;

/** How far an import goes. */
enum ImportStep: string
{
    /** Only tells what there is. */
    case Look = 'look';

    /** Makes copies that are paused; the originals go on. */
    case Copy = 'copy';

    /** Has the copies send in the originals' place. */
    case TakeOver = 'take-over';
}
