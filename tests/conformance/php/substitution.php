<?php

declare(strict_types=1);

// Arguments as a step writes them, made into those of a call.

namespace Hookwright\Conformance;

/** Values that a step may name as `{{name}}`. */
final class Saved
{
    /** Stands for bytes until the text is written; no scenario has such a character. */
    private const MARK = "\u{f8ff}";

    /** @var array<string, string> */
    private array $raw = [];

    /** @param array<string, mixed> $values */
    public function __construct(private array $values)
    {
    }

    public function save(string $name, mixed $value): void
    {
        if ($value !== null) {
            $this->values[$name] = $value;
        }
    }

    /** The arguments as JSON text, which is none where a step wants bytes that are no UTF-8. */
    public function arguments(array $with): string
    {
        $this->raw = [];

        return strtr(written($this->filled($with)), $this->raw);
    }

    private function filled(mixed $value): mixed
    {
        if (is_string($value)) {
            return $this->named($value);
        }
        if (is_array($value)) {
            return array_map($this->filled(...), $value);
        }
        if (!$value instanceof \stdClass) {
            return $value;
        }
        if (isset($value->{'$text'})) {
            $piece = static fn ($part) => is_string($part) ? $part : str_repeat($part[0], $part[1]);

            return implode('', array_map($piece, $value->{'$text'}));
        }
        if (isset($value->{'$bytes'})) {
            $mark = self::MARK . count($this->raw) . self::MARK;
            $this->raw[$mark] = base64_decode($value->{'$bytes'}, true);

            return $mark;
        }

        return (object) array_map($this->filled(...), (array) $value);
    }

    private function named(string $text): mixed
    {
        if (preg_match('/^\{\{(.*)\}\}$/D', $text, $found) === 1 && array_key_exists($found[1], $this->values)) {
            return $this->values[$found[1]];
        }
        foreach ($this->values as $name => $value) {
            $text = is_string($value) ? str_replace("{{{$name}}}", $value, $text) : $text;
        }

        return $text;
    }
}

/** What stands at a place as `/ok/items/0/id`. */
function placed(mixed $value, string $place): mixed
{
    foreach (array_slice(explode('/', $place), 1) as $name) {
        $value = ((array) $value)[$name] ?? null;
    }

    return $value;
}
