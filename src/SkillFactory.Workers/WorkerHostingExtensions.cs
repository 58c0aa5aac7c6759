using Microsoft.Extensions.DependencyInjection;
using SkillFactory.Core.Artifacts;
using SkillFactory.Workers.Devices;

namespace SkillFactory.Workers;

public static class WorkerHostingExtensions
{
    /// <summary>Makes this silo a worker: it runs prompt batches in its slots and hosts learners.</summary>
    public static ISiloBuilder AddSkillFactoryWorkers(this ISiloBuilder silo, Action<WorkerOptions> configure)
    {
        silo.Services.AddOptions<WorkerOptions>().Configure(configure);
        silo.Services.AddSingleton<DeviceHost>();
        silo.Services.AddSingleton<ModelLibrary>();
        silo.Services.AddSingleton(services => new WeightLibrary(
            services.GetRequiredService<IArtifactStore>(),
            services.GetRequiredService<DeviceHost>().Device
        ));
        silo.Services.AddHostedService<WorkerService>();
        return silo;
    }
}
