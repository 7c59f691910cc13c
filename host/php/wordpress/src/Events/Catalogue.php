<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Events;

use Hookwright\Catalogue\NewTopic;

/**
 * The topics of WordPress itself, as data/topics.json has them: names, forms and samples are those of the plugin
 * wordpress-core, which makes the same events for other hosts.
 */
final class Catalogue
{
    private const FILE = __DIR__ . '/../../data/topics.json';

    /**
     * The topics whose names begin so.
     *
     * @return list<NewTopic>
     */
    public static function topics(string ...$beginnings): array
    {
        $known = json_decode((string) file_get_contents(self::FILE), false, 512, JSON_THROW_ON_ERROR);
        $wanted = array_filter($known, static fn (object $topic) => array_filter(
            $beginnings,
            static fn (string $beginning) => str_starts_with($topic->name, $beginning),
        ) !== []);
        $json = static fn (object $value): string => json_encode($value, JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES);

        return array_map(static fn (object $topic) => new NewTopic(
            $topic->name,
            $topic->title,
            $topic->description,
            $topic->group,
            $json($topic->schema),
            $json($topic->sample),
        ), array_values($wanted));
    }
}
