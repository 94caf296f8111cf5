import { Controller, Get } from '@nestjs/common';

/** What a person who opens the portal's address finds, and where to go from there. */
@Controller()
export class IndexController {
  @Get()
  index(): { name: string; paths: Record<string, string> } {
    return {
      name: 'Wattmesh portal',
      paths: {
        '/api/docs': 'the HTTP interface, described; /api/docs-json for programs',
        '/api/v1/communities': 'registered communities',
        '/api/v1/communities/{communityId}': 'a registered community with its members, sites, devices and meters',
        '/health/live': 'the process answers',
        '/health/ready': 'the service can do its work',
        '/metrics': 'metrics for Prometheus',
      },
    };
  }
}
