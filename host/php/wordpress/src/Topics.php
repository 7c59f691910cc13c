<?php

declare(strict_types=1);

namespace Hookwright\WordPress;

use Hookwright\Catalogue\NewTopic;
use Hookwright\Exception\Conflict;
use Hookwright\Exception\InvalidInput;
use Hookwright\Exception\NotFound;
use Hookwright\Hookwright;

/**
 * Which topics are registered in the site's catalogue: those of the sources, and those that other plugins add by the
 * filter `hookwright_topics`. They lie in the database, so that every host on the same tables knows them.
 *
 * Decides when the catalogue is brought up to date: as soon as the topics are other ones than at the last time.
 */
final class Topics
{
    private const OPTION = 'hookwright_catalogue';

    public function __construct(private readonly Sources $sources)
    {
    }

    /** @param string $where which database the catalogue lies in */
    public function synchronise(Hookwright $hookwright, string $where): void
    {
        $added = $this->added();
        $key = md5((string) wp_json_encode([
            Plugin::VERSION,
            $where,
            $this->sources->names(),
            $added,
        ]));
        $stored = get_option(self::OPTION, []);
        if (is_array($stored) && ($stored['key'] ?? null) === $key) {
            return;
        }
        $names = [];
        foreach ([...$this->sources->topics(), ...$added] as $topic) {
            try {
                $hookwright->catalogue->register($topic);
                $names[] = $topic->name;
            } catch (Conflict) {
                // Built in, so everybody knows it.
            } catch (InvalidInput $error) {
                error_log("hookwright: the topic {$topic->name} is left out: {$error->getMessage()}");
            }
        }
        $former = is_array($stored) && is_array($stored['names'] ?? null) ? $stored['names'] : [];
        foreach (array_diff($former, $names) as $gone) {
            try {
                $hookwright->catalogue->unregister($gone);
            } catch (NotFound | Conflict) {
                // Gone already, or built in by now.
            }
        }
        update_option(self::OPTION, ['key' => $key, 'names' => $names], true);
    }

    /**
     * What other plugins add. One that is wrong is left out and logged: the others are not to blame.
     *
     * @return list<NewTopic>
     */
    private function added(): array
    {
        if (!has_filter('hookwright_topics')) {
            return [];
        }
        try {
            /**
             * Topics of other plugins: name to `title`, `description`, `group`, `schema` and `sample`, all optional; the last
             * two as data or as JSON.
             *
             * @param array<string, array<string, mixed>> $topics
             */
            $given = apply_filters('hookwright_topics', []);
        } catch (\Throwable $thrown) {
            error_log("hookwright: hookwright_topics failed: {$thrown->getMessage()}");

            return [];
        }
        $topics = [];
        foreach (is_array($given) ? $given : [] as $name => $told) {
            if (!is_string($name) || !is_array($told)) {
                error_log('hookwright: hookwright_topics must give names with an array each');
                continue;
            }
            $text = static fn (string $key): ?string => is_string($told[$key] ?? null) ? $told[$key] : null;
            $json = static fn (string $key): ?string => match (true) {
                !isset($told[$key]) => null,
                is_string($told[$key]) => $told[$key],
                default => (string) wp_json_encode($told[$key], JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE),
            };
            $topics[] = new NewTopic(
                $name,
                $text('title'),
                $text('description'),
                $text('group'),
                $json('schema'),
                $json('sample'),
            );
        }

        return $topics;
    }
}
