<?php

declare(strict_types=1);

// Where two values differ, for a person: place, expected, got.

namespace Hookwright\Conformance;

/** Places that are told of one step; more would hide them. */
const TOLD = 12;

/** @return list<string> */
function differences(mixed $expected, mixed $got): array
{
    $all = iterator_to_array(compared($expected, $got, ''), false);

    $more = count($all) - TOLD;

    return $more > 0 ? [...array_slice($all, 0, TOLD), "… and {$more} places more"] : $all;
}

/** @return iterable<string> */
function compared(mixed $expected, mixed $got, string $place): iterable
{
    $areLists = is_array($expected) && is_array($got);
    if (!$areLists && !($expected instanceof \stdClass && $got instanceof \stdClass)) {
        if (written($expected) !== written($got)) {
            yield "{$place}: expected " . written($expected) . ', got ' . written($got);
        }

        return;
    }
    [$expected, $got] = [(array) $expected, (array) $got];
    foreach (array_keys($expected + $got) as $name) {
        if (array_key_exists($name, $expected) && array_key_exists($name, $got)) {
            yield from compared($expected[$name], $got[$name], "{$place}/{$name}");
        } else {
            $word = static fn (array $of) => array_key_exists($name, $of) ? written($of[$name]) : 'nothing';
            yield "{$place}/{$name}: expected {$word($expected)}, got {$word($got)}";
        }
    }
}
