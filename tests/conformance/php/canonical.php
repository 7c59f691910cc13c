<?php

declare(strict_types=1);

// When two results are the same; ../README.md has the rules and their reasons.

namespace Hookwright\Conformance;

const FLAGS = JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_LINE_TERMINATORS;
const LONGEST_TEXT_BYTES = 4096;
const SCRIPTED = 'scripted: ';

/** The result as it is compared. */
function alike(mixed $result, string $origin): mixed
{
    if (is_string($result)) {
        $text = str_replace($origin, '{{receiver}}', $result);
        $text = substr($text, strpos($text, SCRIPTED) ?: 0);

        return strlen($text) <= LONGEST_TEXT_BYTES
            ? $text
            : (object) ['bytes' => strlen($text), 'sha256' => hash('sha256', $text)];
    }
    if (is_array($result)) {
        return array_map(static fn ($item) => alike($item, $origin), $result);
    }

    return $result instanceof \stdClass ? alikeObject((array) $result, $origin) : $result;
}

function alikeObject(array $members, string $origin): \stdClass
{
    $kept = [];
    foreach ($members as $name => $value) {
        if ($value !== null || $name === 'ok') {
            $kept[$name] = alike($value, $origin);
        }
    }
    if (isset($kept['started-at'], $kept['duration'])) {
        $kept['started-at'] = $kept['duration'] = 0;
    }
    if (count($kept) === 2 && isset($kept['kind'], $kept['message'])) {
        $kept['message'] = '';
    }

    return (object) $kept;
}

/** Compact JSON, members sorted. */
function written(mixed $value): string
{
    if (is_array($value)) {
        return '[' . implode(',', array_map(written(...), $value)) . ']';
    }
    if (!$value instanceof \stdClass) {
        return json_encode($value, FLAGS);
    }
    $members = (array) $value;
    ksort($members, SORT_STRING);
    $written = [];
    foreach ($members as $name => $member) {
        $written[] = written((string) $name) . ':' . written($member);
    }

    return '{' . implode(',', $written) . '}';
}
