<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Admin;

/**
 * What the browser sent, without WordPress's slashes, always valid UTF-8, never an array where text is meant.
 *
 * Nothing is cleaned beyond that: the component judges input, and output is escaped where it is written.
 */
final class Input
{
    /** @param array<string, mixed> $values as WordPress has them: with slashes */
    private function __construct(private readonly array $values)
    {
    }

    public static function query(): self
    {
        return new self($_GET);
    }

    public static function form(): self
    {
        return new self($_POST);
    }

    public static function isPost(): bool
    {
        return ($_SERVER['REQUEST_METHOD'] ?? '') === 'POST';
    }

    public function has(string $name): bool
    {
        return isset($this->values[$name]);
    }

    /** Text without space around it; empty where there is none. */
    public function text(string $name): string
    {
        return trim(self::clean($this->values[$name] ?? ''));
    }

    /** As `text`, null where it is empty. */
    public function given(string $name): ?string
    {
        $text = $this->text($name);

        return $text === '' ? null : $text;
    }

    /** One of these words; the first where it is none of them. */
    public function word(string $name, string ...$allowed): string
    {
        $text = $this->text($name);

        return in_array($text, $allowed, true) ? $text : ($allowed[0] ?? '');
    }

    public function isChecked(string $name): bool
    {
        return $this->text($name) !== '';
    }

    /**
     * @return list<string> the texts that are not empty
     */
    public function list(string $name): array
    {
        $values = $this->values[$name] ?? [];
        $texts = array_map(self::clean(...), is_array($values) ? array_values($values) : [$values]);

        return array_values(array_filter(array_map(trim(...), $texts), static fn (string $text) => $text !== ''));
    }

    /**
     * @return list<string> as `list`, with the empty texts in their places
     */
    public function row(string $name): array
    {
        $values = $this->values[$name] ?? [];

        return is_array($values) ? array_map(static fn ($value) => trim(self::clean($value)), array_values($values)) : [];
    }

    private static function clean(mixed $value): string
    {
        $text = is_scalar($value) ? wp_unslash((string) $value) : '';

        return preg_match('//u', $text) === 1 ? $text : (string) preg_replace('/[\x80-\xFF]/', '', $text);
    }
}
