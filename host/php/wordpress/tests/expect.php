<?php

declare(strict_types=1);

// How tests in PHP are named, and what they expect.

namespace Hookwright\WordPress\Tests;

/** The tests, by name, in their order. */
final class Tests
{
    /** @var array<string, callable(mixed): void> */
    public static array $all = [];
}

/** @param callable(mixed): void $body takes the ground that the runner gives */
function test(string $name, callable $body): void
{
    Tests::$all[$name] = $body;
}

function same(mixed $expected, mixed $seen, string $what = ''): void
{
    if ($expected !== $seen) {
        $told = static fn (mixed $value) => json_encode($value, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE);
        throw new \LogicException(sprintf("%s\nexpected: %s\nseen:     %s", $what, $told($expected), $told($seen)));
    }
}

function holds(bool $what, string $told): void
{
    $what || throw new \LogicException("not so: {$told}");
}
