<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Tests\Screens;

use function Hookwright\WordPress\Tests\same;
use function Hookwright\WordPress\Tests\test;

test('every text can be translated, and the catalogue of texts is up to date', function (Ground $ground): void {
    $maker = dirname(__DIR__) . '/make-pot.php';
    exec(escapeshellarg(PHP_BINARY) . ' ' . escapeshellarg($maker) . ' --check 2>&1', $said, $code);
    same(0, $code, implode("\n", $said));
});
