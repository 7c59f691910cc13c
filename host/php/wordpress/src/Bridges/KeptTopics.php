<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Bridges;

/**
 * Topics that another plugin tells while WordPress starts. Whoever asks earlier in a request gets those of the last time,
 * so that the catalogue does not lose and regain them.
 */
final class KeptTopics
{
    /**
     * @param string                                       $option  where they are kept
     * @param bool                                         $isTold  whether the other plugin has told all of them
     * @param callable(array<string, mixed>): array<mixed> $current reads them; gets those of the last time
     *
     * @return array<string, array<string, mixed>> as the filter `hookwright_topics` takes them
     */
    public static function of(string $option, bool $isTold, callable $current): array
    {
        $kept = get_option($option, []);
        $kept = is_array($kept) ? $kept : [];
        if (!$isTold) {
            return $kept;
        }
        $topics = $current($kept);
        if ($topics !== $kept) {
            update_option($option, $topics, true);
        }

        return $topics;
    }
}
