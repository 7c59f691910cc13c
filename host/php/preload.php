<?php

declare(strict_types=1);

// For php-fpm with `ffi.enable=preload`: name this file in `opcache.preload`, and in `ffi.preload` the header that
// bin/hookwright-worker --print-ffi-header has printed. README.md shows both.
require_once __DIR__ . '/src/Internal/Library.php';
