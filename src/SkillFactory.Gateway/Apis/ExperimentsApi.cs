using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Orleans.Runtime;
using SkillFactory.Contracts.Experiments;

namespace SkillFactory.Gateway.Apis;

/// <summary>The experiments API. It returns the contracts of the grains unchanged.</summary>
internal static class ExperimentsApi
{
    private static readonly TimeSpan ReconnectDelay = TimeSpan.FromMilliseconds(500);

    public static void MapExperiments(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/experiments");
        group.MapGet("/", ListAsync);
        group.MapGet("/{id}", GetAsync);
        group.MapGet("/{id}/events", WatchAsync);
    }

    private static async Task<Ok<IReadOnlyList<CatalogEntry>>> ListAsync(
        IGrainFactory grains,
        string tenant = Tenants.Default,
        string? search = null
    ) => TypedResults.Ok(await grains.GetGrain<IExperimentCatalogGrain>(tenant).ListAsync(search));

    private static async Task<Results<Ok<ExperimentStatus>, ProblemHttpResult>> GetAsync(IGrainFactory grains, string id)
    {
        var status = await grains.GetGrain<IExperimentGrain>(id).GetStatusAsync();
        return status.Phase == ExperimentPhase.None ? Unknown(id) : TypedResults.Ok(status);
    }

    /// <summary>Streams server-sent events after a sequence number: <c>Last-Event-ID</c> (browsers set it on reconnect) or <c>?after=</c>.
    /// </summary>
    private static async Task<Results<ServerSentEventsResult<ExperimentEvent>, ProblemHttpResult>> WatchAsync(
        IGrainFactory grains,
        string id,
        [FromHeader(Name = "Last-Event-ID")] string? lastEventId,
        CancellationToken cancellationToken,
        long after = 0
    )
    {
        var grain = grains.GetGrain<IExperimentGrain>(id);
        if ((await grain.GetStatusAsync()).Phase == ExperimentPhase.None)
        {
            return Unknown(id);
        }

        var from = long.TryParse(lastEventId, NumberStyles.None, CultureInfo.InvariantCulture, out var last) ? last : after;
        return TypedResults.ServerSentEvents(EventsAsync(grain, from, cancellationToken));
    }

    private static async IAsyncEnumerable<SseItem<ExperimentEvent>> EventsAsync(
        IExperimentGrain grain,
        long after,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var events = grain.WatchAsync(after, cancellationToken).GetAsyncEnumerator(cancellationToken);
        try
        {
            while (true)
            {
                var lost = false;
                try
                {
                    if (!await events.MoveNextAsync())
                    {
                        yield break;
                    }
                }
                catch (EnumerationAbortedException)
                {
                    lost = true;
                }

                if (lost)
                {
                    // The grain has moved or its silo is gone: continue after the last event, without an interruption for the browser.
                    await events.DisposeAsync();
                    await Task.Delay(ReconnectDelay, cancellationToken);
                    events = grain.WatchAsync(after, cancellationToken).GetAsyncEnumerator(cancellationToken);
                    continue;
                }

                after = events.Current.Sequence;
                yield return new SseItem<ExperimentEvent>(events.Current, events.Current.Kind)
                {
                    EventId = after.ToString(CultureInfo.InvariantCulture),
                };
            }
        }
        finally
        {
            await events.DisposeAsync();
        }
    }

    private static ProblemHttpResult Unknown(string id) =>
        TypedResults.Problem($"There is no experiment '{id}'.", statusCode: StatusCodes.Status404NotFound);
}
