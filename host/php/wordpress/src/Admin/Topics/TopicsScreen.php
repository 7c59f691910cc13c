<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Admin\Topics;

use Hookwright\Catalogue\DocumentFormat;
use Hookwright\Catalogue\Filter;
use Hookwright\Hookwright;
use Hookwright\WordPress\Admin\Access;
use Hookwright\WordPress\Admin\Input;
use Hookwright\WordPress\Admin\Link;
use Hookwright\WordPress\Admin\Markup;
use Hookwright\WordPress\Admin\Screen;

/** The catalogue: what can be told, with samples; and as documents for those who write receivers. */
final class TopicsScreen extends Screen
{
    private const NONCE = 'hookwright-document';

    /** Names of the files, by format. */
    private const FILES = [
        'markdown' => 'topics.md',
        'openapi' => 'openapi.json',
        'asyncapi' => 'asyncapi.json',
        'json-schema' => 'schema.json',
        'typescript' => 'events.ts',
        'json' => 'topics.json',
    ];

    private ?TopicTable $table = null;

    private ?TopicPage $topic = null;

    public function page(): string
    {
        return Link::TOPICS;
    }

    public function name(): string
    {
        return __('Topics', 'hookwright');
    }

    protected function prepare(): void
    {
        $query = Input::query();
        $hookwright = $this->site->hookwright();
        if ($query->text('action') === 'document') {
            $this->sendDocument($hookwright, $query);
        }
        if ($query->text('topic') !== '') {
            $this->topic = new TopicPage($hookwright, $query->text('topic'));
        } else {
            $this->table = new TopicTable($hookwright, WholeCatalogue::of($hookwright));
            $this->table->prepare_items();
        }
        $this->help(
            'topics',
            __('Topics', 'hookwright'),
            __('A topic is a kind of event. A webhook names topics, or patterns as <code>order.*</code>.', 'hookwright'),
            __('Other plugins add topics by the filter <code>hookwright_topics</code>, and publish with <code>hookwright()->publish()</code>.', 'hookwright'),
        );
    }

    protected function write(): void
    {
        if ($this->topic !== null) {
            $this->writeHeading($this->topic->title());
            $this->topic->write();
        } elseif ($this->table !== null) {
            $this->writeHeading($this->name());
            $this->table->writeForm(__('Search topics', 'hookwright'));
            $this->writeDocuments($this->table->filters());
        }
    }

    /** @param array<string, string> $filters of the list */
    private function writeDocuments(array $filters): void
    {
        echo '<p class="hookwright-documents">', esc_html__('For those who write receivers, these topics as a file:', 'hookwright'), ' ';
        $names = [
            'markdown' => __('Markdown', 'hookwright'),
            'openapi' => 'OpenAPI',
            'asyncapi' => 'AsyncAPI',
            'json-schema' => 'JSON Schema',
            'typescript' => 'TypeScript',
            'json' => 'JSON',
        ];
        foreach ($names as $format => $name) {
            echo Markup::link(
                Link::doing(self::NONCE, Link::TOPICS, ['action' => 'document', 'format' => $format] + $filters),
                $name,
                'button button-small',
            ), ' ';
        }
        echo '</p>';
    }

    private function sendDocument(Hookwright $hookwright, Input $query): never
    {
        Access::demandFor(self::NONCE);
        $format = DocumentFormat::tryFrom($query->text('format')) ?? DocumentFormat::Markdown;
        $document = $hookwright->catalogue->document(
            $format,
            new Filter($query->given('s'), $query->given('source'), $query->given('group')),
        );
        nocache_headers();
        header('Content-Type: application/octet-stream');
        header('X-Content-Type-Options: nosniff');
        header('Content-Disposition: attachment; filename="' . self::FILES[$format->value] . '"');
        // A file of its own type, not a page: escaping would change it.
        echo $document;
        exit;
    }
}
