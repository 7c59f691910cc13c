<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Bridges;

/** Another site of the network, for the time of some work. */
final class Blog
{
    /**
     * @template T
     *
     * @param callable(): T $work
     *
     * @return T
     */
    public static function in(int $blogId, callable $work): mixed
    {
        if (!is_multisite() || get_current_blog_id() === $blogId) {
            return $work();
        }
        switch_to_blog($blogId);
        try {
            return $work();
        } finally {
            restore_current_blog();
        }
    }
}
